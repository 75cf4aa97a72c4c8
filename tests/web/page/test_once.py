"""A form is taken once."""

from __future__ import annotations

from django.test import Client

from guatu.web.page.models import SubmittedForm
from guatu.web.people.models import Unit

FORM = {"name": "临江市财政局", "kind": "government", "active": "on", "form_token": "t1"}


def test_the_same_form_sent_twice_takes_effect_once(desk: Client) -> None:
    first = desk.post("/units/new/", FORM)
    second = desk.post("/units/new/", FORM, follow=True)
    assert Unit.objects.count() == 1
    assert second.redirect_chain[0][0] == first.url
    assert "没有重复办理" in second.content.decode()


def test_a_form_with_errors_can_be_sent_again_with_its_token(desk: Client) -> None:
    wrong = desk.post("/units/new/", {**FORM, "name": ""})
    assert wrong.status_code == 422
    assert not SubmittedForm.objects.exists()
    assert desk.post("/units/new/", FORM).status_code == 302
    assert Unit.objects.count() == 1


def test_the_page_after_says_which_form_was_taken(desk: Client) -> None:
    page = desk.post("/units/new/", FORM, follow=True).content.decode()
    assert 'data-taken="t1"' in page
    assert 'data-taken=""' in desk.get("/units/").content.decode()


def test_a_form_without_a_token_is_taken_as_it_comes(desk: Client) -> None:
    body = {key: value for key, value in FORM.items() if key != "form_token"}
    assert desk.post("/units/new/", body).status_code == 302
    assert desk.post("/units/new/", body).status_code == 422
    assert Unit.objects.count() == 1


def test_htmx_is_led_to_where_the_first_went(desk: Client) -> None:
    first = desk.post("/units/new/", FORM)
    second = desk.post("/units/new/", FORM, headers={"HX-Request": "true"})
    assert second.status_code == 204 and second["HX-Redirect"] == first.url


def test_every_form_has_its_own_token(desk: Client) -> None:
    pages = [desk.get("/units/new/").content.decode() for _ in range(2)]
    tokens = {page.partition('name="form_token" value="')[2][:32] for page in pages}
    assert len(tokens) == 2
