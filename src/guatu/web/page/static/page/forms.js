// Forms lose nothing: what is typed is kept per form until the server says that it was taken,
// and put back after a lost session or an error. A form is sent once.
(() => {
  const PREFIX = "guatu.draft:";
  const SKIPPED = new Set(["csrfmiddlewaretoken", "form_token", "next"]);

  const store = {
    get(key) { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or off */ } },
    drop(key) { try { sessionStorage.removeItem(key); } catch { /* off */ } },
    keys() { try { return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
  };

  // A draft belongs to the person, the page and the form.
  const keyOf = (form) =>
    `${PREFIX}${document.body.dataset.user || ""}:${location.pathname}:${form.dataset.draft}`;
  const fieldsOf = (form) => [...form.elements].filter((field) =>
    field.name && !SKIPPED.has(field.name) && !["file", "password", "submit", "button", "hidden"].includes(field.type));

  function valuesOf(form) {
    const values = [];
    for (const field of fieldsOf(form)) {
      if (field.type === "checkbox" || field.type === "radio") values.push([field.name, field.value, field.checked]);
      else if (field.multiple) values.push([field.name, [...field.selectedOptions].map((option) => option.value)]);
      else values.push([field.name, field.value]);
    }
    return values;
  }

  function put(form, values) {
    const fields = fieldsOf(form);
    let changed = 0;
    values.forEach(([name, value, checked], place) => {
      const same = fields[place];
      const field = same && same.name === name ? same : fields.find((each) => each.name === name && (checked === undefined || each.value === value));
      if (!field) return;
      if (checked !== undefined) { if (field.checked !== checked) { field.checked = checked; changed += 1; } }
      else if (Array.isArray(value)) [...(field.options || [])].forEach((option) => {
        const wanted = value.includes(option.value);
        if (option.selected !== wanted) { option.selected = wanted; changed += 1; }
      });
      else if (field.value !== value) { field.value = value; changed += 1; }
    });
    return changed;
  }

  function forgetTaken() {
    const taken = (document.body.dataset.taken || "").split(" ").filter(Boolean);
    for (const key of store.keys()) {
      const draft = store.get(key);
      if (draft && taken.some((token) => draft.tokens.includes(token))) store.drop(key);
    }
  }

  function note(form, first) {
    const line = document.createElement("p");
    line.className = "draft-note";
    line.setAttribute("role", "status");
    line.textContent = "已恢复上次没有提交的内容。";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = "不要了";
    button.addEventListener("click", () => { put(form, first); store.drop(keyOf(form)); line.remove(); });
    line.append(button);
    form.prepend(line);
  }

  function restore(form) {
    const draft = store.get(keyOf(form));
    if (!draft) return;
    const first = valuesOf(form);
    if (put(form, draft.values)) note(form, first);
  }

  function keep(form) {
    const before = store.get(keyOf(form));
    const token = form.elements.form_token?.value || "";
    const tokens = [...new Set([...(before?.tokens || []), token])].slice(-10);
    store.set(keyOf(form), { values: valuesOf(form), tokens });
  }

  function free(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-busy]").forEach((button) => { delete button.dataset.busy; button.removeAttribute("aria-disabled"); });
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) keep(form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (form.dataset.draft) keep(form);
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) { button.dataset.busy = "yes"; button.setAttribute("aria-disabled", "true"); }
    // A line that went dead: let the person try again; the token keeps it from counting twice.
    setTimeout(() => free(form), 15000);
  }, true);

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) free(form);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-close]")?.closest(".message")?.remove();
  });

  // A file that is too large is told before it is sent.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file") return;
    const limit = Number(document.body.dataset.uploadBytes || 0);
    const large = [...field.files].find((file) => limit && file.size > limit);
    const words = large ? `“${large.name}”有 ${Math.ceil(large.size / 1048576)} MB，超过了 ${Math.floor(limit / 1048576)} MB 的上限，请压缩或拆分后再传。` : "";
    field.setCustomValidity(words);
    if (words) field.reportValidity();
  });

  // htmx sends the page's token with every write; a form carries its own as well.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });

  // A finished job leads on by itself.
  const follow = (root) => root.querySelectorAll?.("[data-then]").forEach((job) => location.assign(job.dataset.then));

  // At the sign-in: only who had typed something is told that it is still there.
  function tellKept() {
    const line = document.querySelector("[data-kept-for]");
    if (!line) return;
    const path = new URL(line.dataset.keptFor, location.href).pathname;
    line.hidden = !store.keys().some((key) => key.includes(`:${path}:`));
  }

  document.addEventListener("DOMContentLoaded", () => {
    forgetTaken();
    tellKept();
    document.querySelectorAll("form[data-draft]").forEach(restore);
    document.querySelector("[data-errors]")?.focus();
    follow(document);
  });
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (root === document.body) return;
    root.querySelectorAll?.("form[data-draft]").forEach(restore);
    follow(root.parentElement || root);
    // It failed while one looked on: the page says what that means for it.
    if (root.matches?.("[data-failed]")) location.reload();
  });
})();
