"""From draft to issue: figures that lead back, changes that need a word, issued once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.delivery.bulletins import pdf
from guatu.delivery.bulletins.closed_month import Particulars
from guatu.delivery.periods import Period
from guatu.web.bulletins import actions
from guatu.web.bulletins.actions import issuing
from guatu.web.bulletins.models import Bulletin, BulletinFile, BulletinState, FinalDifference
from guatu.web.page.frozen import Immutable
from guatu.web.page.worker import work_off
from guatu.web.people.models import Role, TrailEntry, User
from guatu.web.projects.models import Project
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.models import PeriodUnit, ReportingPeriod
from guatu.web.supervision import actions as supervision
from guatu.web.supervision.models import Close

WAN = 10_000
ON = date(2026, 10, 12)
NUMBER = "临重大办〔2026〕12号"
pytestmark = pytest.mark.django_db


def take(bulletin: Bulletin, data: bytes, by: User, name: str = "定稿.docx") -> BulletinFile:
    read = actions.read_final(bulletin, name=name, data=data)
    return actions.take_final(bulletin, read, by=by)


def differences(file: BulletinFile) -> list[tuple[str, str, str, str]]:
    rows = FinalDifference.objects.filter(file=file)
    return [(row.state, row.drafted, row.final, row.now) for row in rows]


def issue_untouched(bulletin: Bulletin, by: User, number: str = NUMBER) -> Bulletin:
    untouched = actions.printed_docx(bulletin, number=number, on=ON)
    return actions.issue(bulletin, by=by, number=number, on=ON, untouched=untouched)


# ------------------------------------------------------------------ draft


def test_a_draft_keeps_every_figure_with_its_projects(bulletin: Bulletin) -> None:
    """8,200 of 12,000 万元 are 68.3 %; 望海县 4,600 of 7,000."""
    facts = {each.fact: each for each in bulletin.facts.select_related("projects")}
    whole = facts["2026-09/all/reached"]
    assert (whole.value, whole.words, whole.unit) == (str(8_200 * WAN), "0.82", "亿元")
    assert len(whole.projects.projects) == 4
    rate = facts["2026-09/all/rate"]
    assert (rate.value, rate.words) == ("41/60", "68.3")
    county = facts["2026-09/county=望海县/rate"]
    names = Project.objects.filter(pk__in=county.projects.projects).values_list("name", flat=True)
    assert sorted(names) == ["南浦大道", "望海医院"]


def test_a_new_draft_takes_the_place_of_the_old(
    bulletin: Bulletin, close: Close, clerk: User, particulars: Particulars
) -> None:
    again = actions.draft(close, by=clerk, particulars=particulars)
    bulletin.refresh_from_db()
    assert (bulletin.state, again.version) == (BulletinState.REPLACED, 2)


def test_a_period_opened_again_is_not_drafted(
    close: Close, clerk: User, particulars: Particulars
) -> None:
    supervision.reopen(close.period, by=clerk, reason="更正")
    with pytest.raises(ValidationError, match="重新打开"):
        actions.draft(close, by=clerk, particulars=particulars)


def test_only_clerks_draft_and_issue(
    bulletin: Bulletin, close: Close, make_user: Callable[..., User], particulars: Particulars
) -> None:
    leader = make_user(Role.LEADER)
    with pytest.raises(PermissionDenied):
        actions.draft(close, by=leader, particulars=particulars)
    with pytest.raises(PermissionDenied):
        actions.issue(bulletin, by=leader, number=NUMBER, on=ON)


def test_the_next_draft_remembers_who_issues_to_whom(
    bulletin: Bulletin, september: ReportingPeriod, desk: Client
) -> None:
    page = desk.get(reverse("bulletins:draft", args=[september.pk]))
    assert 'value="各县（市、区）人民政府"' in page.text
    assert "已有第 1 稿" in page.text


# ------------------------------------------------------------------ the final file


def test_an_unchanged_final_file_agrees(bulletin: Bulletin, draft_docx: bytes, clerk: User) -> None:
    made = take(bulletin, draft_docx, clerk)
    assert differences(made) == []
    assert made.same > 20
    assert take(bulletin, draft_docx, clerk) == made, "the same file is taken once"


def test_edits_are_listed_and_each_needs_a_word(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, edited: Callable[..., bytes]
) -> None:
    final = edited(
        filled_docx, (">68.3<", ">70.0<"), ("一、总体情况", "一、总体情况（新增就业1234人）")
    )
    made = take(bulletin, final, clerk)
    assert differences(made) == [
        ("changed", "68.3", "70.0", "68.3"),
        ("typed", "", "1234", ""),
    ]
    with pytest.raises(ValidationError, match="还有 2 处"):
        actions.issue(bulletin, by=clerk, number=NUMBER, on=ON)
    words = {row.pk: "统计部门反馈" for row in made.differences.all()}
    assert actions.explain(made, by=clerk, words=words) == 2
    assert actions.explain(made, by=clerk, words=words) == 0
    issued = actions.issue(bulletin, by=clerk, number=NUMBER, on=ON)
    assert issued.state == BulletinState.ISSUED
    with pytest.raises(ValidationError, match="已经印发"):
        actions.explain(made, by=clerk, words={next(iter(words)): "别的"})


def test_a_final_file_from_the_draft_before_the_new_close_is_stale(
    bulletin: Bulletin, draft_docx: bytes, clerk: User, september: ReportingPeriod,
    particulars: Particulars, projects: dict[str, Project],
) -> None:  # fmt: skip
    """望海医院 2,000 → 2,300: 8,500 of 12,000 are 70.8 %."""
    supervision.reopen(bulletin.close.period, by=clerk, reason="市卫健委更正")
    with pytest.raises(ValidationError, match="重新打开"):
        take(bulletin, draft_docx, clerk)
    with pytest.raises(ValidationError, match="不是这一期现在有效的关账"):
        issue_untouched(bulletin, clerk)
    project = projects["望海医院"]
    unit = PeriodUnit.objects.get(period=september, unit=project.unit)
    reporting.enter(
        unit, {project.pk: {"reached_year": 2_300 * WAN}}, by=clerk, given_by="李工",
        received_on=date(2026, 10, 10),
    )  # fmt: skip
    period = ReportingPeriod.objects.get(pk=september.pk)
    close = supervision.close_period(period, by=clerk)
    again = actions.draft(close, by=clerk, particulars=particulars)
    made = take(again, draft_docx, clerk)
    assert made.came_from == bulletin
    assert ("stale", "68.3", "68.3", "70.8") in differences(made)
    assert {state for state, *_rest in differences(made)} == {"stale"}


def test_what_is_no_docx_is_refused_in_words(bulletin: Bulletin, desk: Client) -> None:
    upload = SimpleUploadedFile("通报.doc", b"\xd0\xcf\x11\xe0 old")
    page = desk.post(reverse("bulletins:final", args=[bulletin.pk]), {"file": upload})
    assert page.status_code == 422
    assert "另存为" in page.text
    bulletin.refresh_from_db()
    assert bulletin.state == BulletinState.DRAFT


def test_the_check_is_a_page_with_a_field_for_each_word(
    bulletin: Bulletin, draft_docx: bytes, desk: Client, edited: Callable[..., bytes],
    queries_of: Callable[[str], Any],
) -> None:  # fmt: skip
    address = reverse("bulletins:final", args=[bulletin.pk])
    upload = SimpleUploadedFile("定稿.docx", edited(draft_docx, (">68.3<", ">70.0<")))
    assert desk.post(address, {"file": upload}).status_code == 302
    row = FinalDifference.objects.get()
    with queries_of("bulletins:final"):
        page = desk.get(address)
    assert "1 处与关账或原稿不符" in page.text
    desk.post(address, {"explain": "1", f"reason-{row.pk}": "按统计口径"})
    row.refresh_from_db()
    assert row.reason == "按统计口径"


# ------------------------------------------------------------------ issue


def test_issued_once_however_often_it_is_sent(bulletin: Bulletin, clerk: User) -> None:
    first = issue_untouched(bulletin, clerk)
    second = issue_untouched(bulletin, clerk, number="别的〔2026〕99号")
    assert (first.number, second.number) == (NUMBER, NUMBER)
    assert TrailEntry.objects.filter(verb="bulletin.issued").count() == 1
    assert TrailEntry.objects.filter(verb="period.issued").count() == 1
    assert first.files.filter(kind="final").count() == 1
    assert ReportingPeriod.objects.get(pk=first.period_id).state == "issued"


def test_the_form_of_issue_sent_twice_takes_effect_once(bulletin: Bulletin, desk: Client) -> None:
    address = reverse("bulletins:issue", args=[bulletin.pk])
    form = {"number": "临重大办[2026]12号", "on": "2026-10-12", "untouched": "1"}
    first = desk.post(address, form | {"form_token": "a" * 32})
    second = desk.post(address, form | {"form_token": "a" * 32})
    assert (first.status_code, second.status_code) == (302, 302)
    bulletin.refresh_from_db()
    assert bulletin.number == NUMBER, "the year stands in 六角括号"
    assert TrailEntry.objects.filter(verb="bulletin.issued").count() == 1


@pytest.mark.parametrize(
    ("number", "on", "words"),
    [
        ("", ON, "请填文号"),
        (NUMBER, date(2026, 9, 30), "应在2026年9月"),
        (NUMBER, date(2199, 1, 1), "还没有到"),
    ],
)
def test_issue_says_what_is_wrong(
    bulletin: Bulletin, clerk: User, number: str, on: date, words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        actions.issue(bulletin, by=clerk, number=number, on=on, untouched=b"docx")


def test_a_draft_without_a_final_file_must_be_issued_as_drafted(
    bulletin: Bulletin, clerk: User
) -> None:
    with pytest.raises(ValidationError, match="还没有上传定稿"):
        actions.issue(bulletin, by=clerk, number=NUMBER, on=ON)


def test_a_number_stands_on_one_bulletin_only(
    bulletin: Bulletin, clerk: User, particulars: Particulars
) -> None:
    issue_untouched(bulletin, clerk)
    october = reporting.open_period(bulletin.period.cycle, Period.parse("2026-10"), by=clerk)
    close = supervision.close_period(october, by=clerk)
    made = actions.draft(close, by=clerk, particulars=particulars)
    with pytest.raises(ValidationError, match="已用于"):
        actions.issue(made, by=clerk, number=NUMBER, on=date(2026, 11, 10), untouched=b"docx")


def test_what_is_issued_is_history(bulletin: Bulletin, clerk: User, close: Close) -> None:
    issued = issue_untouched(bulletin, clerk)
    issued.number = "改"
    with pytest.raises(Immutable):
        issued.save()
    with pytest.raises(Immutable):
        Bulletin.objects.filter(pk=issued.pk).update(state="draft")
    with pytest.raises(Immutable):
        issued.facts.update(words="9")
    with pytest.raises(ValidationError, match="不再起草"):
        actions.draft(close, by=clerk, particulars=Particulars(signature="办公室"))
    with pytest.raises(ValidationError, match="已经通报"):
        supervision.reopen(close.period, by=clerk, reason="晚了")


def test_the_pdf_comes_in_the_background_once(
    bulletin: Bulletin, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "can_convert", lambda: True)
    monkeypatch.setattr("guatu.web.bulletins.jobs.to_pdf", lambda docx: b"%PDF-1.7 " + docx[:2])
    issued = issue_untouched(bulletin, clerk)
    work_off()
    actions.ask_pdf(issued, by=clerk)
    work_off()
    assert issued.files.filter(kind="pdf").count() == 1


def test_without_libreoffice_the_page_says_how(
    bulletin: Bulletin, clerk: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    issued = issue_untouched(bulletin, clerk)
    page = desk.get(reverse("bulletins:bulletin", args=[issued.pk]))
    assert "没有安装 LibreOffice" in page.text
    with pytest.raises(pdf.CannotConvert, match="另存为"):
        pdf.to_pdf(b"")


# ------------------------------------------------------------------ what the paper says of itself


@pytest.mark.parametrize(
    ("number", "on", "fields"),
    [
        ("临重大办〔2026〕13号", ON, {"number_reason"}),
        (NUMBER, date(2026, 10, 13), {"date_reason", "printed_reason"}),
        ("临重大办〔2026〕13号", date(2026, 10, 11), {"number_reason", "date_reason"}),
    ],
)
def test_another_number_or_day_than_the_paper_has_needs_a_word(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, number: str, on: date, fields: set[str]
) -> None:
    made = take(bulletin, filled_docx, clerk)
    assert differences(made) == []
    with pytest.raises(ValidationError) as refused:
        actions.issue(bulletin, by=clerk, number=number, on=on)
    assert set(refused.value.message_dict) == fields
    bulletin.refresh_from_db()
    assert bulletin.state == BulletinState.FINAL
    answers = {name.removesuffix("_reason"): "印刷有误，已发更正" for name in fields}
    issued = actions.issue(bulletin, by=clerk, number=number, on=on, answers=answers)
    assert issued.number == number
    kept = {row.state: row for row in made.differences.all()}
    assert set(kept) == {name.removesuffix("_reason") for name in fields}
    assert {row.reason for row in kept.values()} == {"印刷有误，已发更正"}
    if "number" in kept:
        assert (kept["number"].final, kept["number"].now) == (NUMBER, number)


def test_a_paper_without_number_and_date_is_not_issued_unsaid(
    bulletin: Bulletin, draft_docx: bytes, clerk: User
) -> None:
    take(bulletin, draft_docx, clerk)
    with pytest.raises(ValidationError) as refused:
        actions.issue(bulletin, by=clerk, number=NUMBER, on=ON)
    assert set(refused.value.message_dict) == {"number_reason", "date_reason"}


def test_the_form_of_issue_takes_number_and_day_from_the_paper(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, desk: Client
) -> None:
    take(bulletin, filled_docx, clerk)
    address = reverse("bulletins:issue", args=[bulletin.pk])
    page = desk.get(address)
    assert f'value="{NUMBER}"' in page.text and 'value="2026-10-12"' in page.text
    assert "定稿与登记不一致" not in page.text
    other = {"number": "临重大办〔2026〕13号", "on": "2026-10-12", "form_token": "c" * 32}
    page = desk.post(address, other)
    assert page.status_code == 422
    assert "定稿与登记不一致" in page.text and NUMBER in page.text
    done = desk.post(address, other | {"number_reason": "编号调整", "form_token": "d" * 32})
    assert done.status_code == 302
    page = desk.get(reverse("bulletins:bulletin", args=[bulletin.pk]))
    assert "编号调整" in page.text


def test_another_period_in_the_title_is_listed(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, edited: Callable[..., bytes]
) -> None:
    final = edited(filled_docx, ("关于2026年1—9月", "关于2026年1—8月"))
    made = take(bulletin, final, clerk)
    assert differences(made) == [("period", "2026年1—9月", "2026年1—8月", "2026年1—9月")]


# ------------------------------------------------------------------ figures as issued


@pytest.fixture
def issued_otherwise(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, edited: Callable[..., bytes]
) -> Bulletin:
    """The whole's rate in the text changed (that of the table stands), 望海县's rate as well."""
    made = take(bulletin, edited(filled_docx, (">68.3<", ">70.0<"), (">65.7<", ">66.6<")), clerk)
    words = {row.pk: "按市统计局更正数" for row in made.differences.all()}
    actions.explain(made, by=clerk, words=words)
    return actions.issue(bulletin, by=clerk, number=NUMBER, on=ON)


def test_the_page_shows_figures_as_issued_with_draft_and_reason(
    issued_otherwise: Bulletin, desk: Client, clerk: User
) -> None:
    page = desk.get(reverse("bulletins:bulletin", args=[issued_otherwise.pk])).text
    fact = issued_otherwise.facts.get(fact="2026-09/all/rate")
    link = f'href="{reverse("bulletins:fact", args=[issued_otherwise.pk, fact.pk])}" data-panel>'
    assert f'{link}70.0</a><small class="was">原稿 68.3</small>' in page
    assert f"{link}68.3</a>" in page, "the table's printing was not changed"
    assert f"原稿 68.3，定稿改为 70.0：按市统计局更正数（{clerk.name}）" in page


def test_the_panel_says_what_was_issued_and_what_the_close_has(
    issued_otherwise: Bulletin, desk: Client
) -> None:
    of_county = issued_otherwise.facts.get(fact="2026-09/county=望海县/rate")
    panel = desk.get(reverse("bulletins:fact", args=[issued_otherwise.pk, of_county.pk])).text
    assert "66.6%" in panel and "65.7%" in panel and "按市统计局更正数" in panel
    address = reverse("bulletins:fact-projects", args=[issued_otherwise.pk, of_county.pk])
    assert "66.6%（原稿 65.7），汇总自 2 个项目" in desk.get(address).text
    whole = issued_otherwise.facts.get(fact="2026-09/all/rate")
    panel = desk.get(reverse("bulletins:fact", args=[issued_otherwise.pk, whole.pk])).text
    assert "70.0、68.3" in panel, "printed in two places, changed in one"


def test_the_board_tells_of_figures_issued_otherwise(
    issued_otherwise: Bulletin, desk: Client
) -> None:
    board = desk.get(reverse("board:board", args=["2026-09"])).text
    assert "定稿改了 2 处数" in board
    assert reverse("bulletins:bulletin", args=[issued_otherwise.pk]) in board
    address = reverse("board:why", args=["2026-09", "rate"])
    panel = desk.get(address, {"county": "望海县"}).text
    assert f"{NUMBER}印作 66.6%" in panel and "按市统计局更正数" in panel
    assert "印作" not in desk.get(address, {"county": "青川区"}).text


def test_the_board_of_a_bulletin_issued_as_drafted_says_nothing(
    bulletin: Bulletin, clerk: User, desk: Client
) -> None:
    issue_untouched(bulletin, clerk)
    assert "与本期通报同一套数" in desk.get(reverse("board:board", args=["2026-09"])).text


def test_a_sentence_taken_out_is_struck_on_the_page(
    bulletin: Bulletin, filled_docx: bytes, clerk: User, desk: Client
) -> None:
    import io

    import docx
    from docx.oxml.ns import qn

    paper = docx.Document(io.BytesIO(filled_docx))
    for control in list(paper.element.body.iter(qn("w:sdt"))):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val"))
        if tag == "guatu:2026-09/all/gap":
            control.getparent().remove(control)
    content = io.BytesIO()
    paper.save(content)
    made = take(bulletin, content.getvalue(), clerk)
    gap = bulletin.facts.get(fact="2026-09/all/gap").words
    assert differences(made) == [("missing", gap, "", gap)]
    page = desk.get(reverse("bulletins:bulletin", args=[bulletin.pk])).text
    assert f"{gap}</a></del>" in page and f"定稿删去原稿的 {gap}，还没有说明原因" in page


# ------------------------------------------------------------------ 点数见据


def test_a_figure_leads_to_report_and_plan(
    bulletin: Bulletin, desk: Client, projects: dict[str, Project],
    queries_of: Callable[[str], Any],
) -> None:  # fmt: skip
    with queries_of("bulletins:bulletin"):
        page = desk.get(reverse("bulletins:bulletin", args=[bulletin.pk]))
    fact = bulletin.facts.get(fact="2026-09/all/reached")
    address = reverse("bulletins:fact", args=[bulletin.pk, fact.pk])
    assert f'href="{address}"' in page.text
    with queries_of("bulletins:fact"):
        panel = desk.get(address)
    assert "82,000,000" in panel.text and "4 个项目" in panel.text
    with queries_of("bulletins:fact-projects"):
        listed = desk.get(reverse("bulletins:fact-projects", args=[bulletin.pk, fact.pk]))
    road = reverse("bulletins:row", args=[bulletin.pk, projects["南浦大道"].pk])
    assert f'href="{road}"' in listed.text
    with queries_of("bulletins:row"):
        row = desk.get(road)
    assert "由李工提供" in row.text and "26,000" not in row.text and "2,600" in row.text


def test_a_figure_of_another_office_is_not_found(
    bulletin: Bulletin, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    from guatu.web.people.models import Office

    other = Office.objects.create(name="别的办公室", short_name="别办")
    client = client_of(make_user(Role.CLERK, office=other))
    fact = bulletin.facts.get(position=0)
    for name, args in (("bulletin", [bulletin.pk]), ("fact", [bulletin.pk, fact.pk])):
        assert client.get(reverse(f"bulletins:{name}", args=args)).status_code == 404


def test_a_later_adjustment_shows_beside_the_figure_that_stands(
    bulletin: Bulletin, clerk: User, desk: Client, projects: dict[str, Project]
) -> None:
    issued = issue_untouched(bulletin, clerk)
    reporting.open_period(issued.period.cycle, Period.parse("2026-10"), by=clerk)
    supervision.adjust_later(
        projects["南浦大道"], by=clerk, of_period=issued.period, amount=-100 * WAN,
        reason="重复计量", approver="王主任",
    )  # fmt: skip
    page = desk.get(reverse("bulletins:bulletin", args=[issued.pk]))
    assert "印发后办理了 1 笔调整" in page.text and "重复计量" in page.text
    fact = issued.facts.get(fact="2026-09/county=望海县/reached")
    panel = desk.get(reverse("bulletins:fact", args=[issued.pk, fact.pk]))
    assert "重复计量" in panel.text and "0.46" in panel.text
    other = issued.facts.get(fact="2026-09/county=青川区/reached")
    assert "后期已调整" not in desk.get(reverse("bulletins:fact", args=[issued.pk, other.pk])).text


# ------------------------------------------------------------------ lists and unit reports


def test_the_list_names_what_waits(
    close: Close, desk: Client, clerk: User, queries_of: Callable[[str], Any]
) -> None:
    page = desk.get(reverse("bulletins:bulletins"))
    assert "起草 2026年9月" in page.text
    assert "2026年9月已关账，通报待起草" in desk.get("/").text
    answer = desk.post(
        reverse("bulletins:draft", args=[close.period_id]),
        {"area": "全市", "counties": "县（市、区）", "signature": "办公室", "form_token": "b" * 32},
    )
    assert answer.status_code == 302
    with queries_of("bulletins:bulletins"):
        page = desk.get(reverse("bulletins:bulletins"))
    assert "起草 2026年9月" not in page.text
    issue_untouched(Bulletin.objects.get(), clerk)
    assert NUMBER in desk.get(reverse("bulletins:bulletins")).text


def test_a_unit_gets_its_quarter_ready_to_sign(
    close: Close, desk: Client, queries_of: Callable[[str], Any]
) -> None:
    with queries_of("bulletins:units"):
        page = desk.get(reverse("bulletins:units"))
    assert "市交通运输局" in page.text
    answer = desk.get(reverse("bulletins:unit-report"), {"unit": "市交通运输局"})
    assert answer.content.startswith(b"PK")
    assert desk.get(reverse("bulletins:unit-report"), {"unit": "没有"}).status_code == 404
