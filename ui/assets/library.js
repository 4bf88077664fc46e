/* The clips on disk: searched here, everything else is asked of the server. */

"use strict";

RestorationLab.mountLibrary = function ({ element, props, watch, trigger }) {
  const { make } = RestorationLab;
  const root = element.querySelector(".lab-library");
  const search = make("input", {
    type: "search", class: "lab-search", placeholder: "Search your clips",
    "aria-label": "Search your clips", oninput: () => showFound(),
  });
  const count = make("p", { class: "lab-hint", role: "status" });
  const list = make("ul", { class: "lab-clips", "aria-label": "Your clips" });
  const actions = make("div", { class: "lab-actions" });
  const problems = make("ul", { class: "lab-problems" });
  root.append(search, count, list, actions, problems);
  let rows = []; // {row, words}

  function show(value) {
    if (!value || !value.clips) return;
    rows = value.clips.map((clip) => ({
      row: rowOf(clip, clip.id === value.chosen),
      words: `${clip.title} ${clip.origin}`.toLowerCase(),
    }));
    list.replaceChildren(...rows.map(({ row }) => row));
    list.hidden = search.hidden = !rows.length;
    problems.replaceChildren(...value.problems.map((text) => make("li", { text })));
    showActions(value.clips.find(({ id }) => id === value.chosen), value.download);
    showFound();
  }

  function rowOf(clip, isChosen) {
    const open = (play) => {
      if (play) RestorationLab.playNext(clip.id);
      trigger("open", { id: clip.id });
    };
    const row = make("li", { class: isChosen ? "lab-chosen" : "" },
      make("button", { type: "button", class: "lab-small", text: "▶",
        "aria-label": `Open and play ${clip.title}`, onclick: () => open(true) }),
      make("button", { type: "button", class: "lab-open", "aria-pressed": String(isChosen),
        onclick: () => open(false) },
      make("span", { class: "lab-clip-title", text: clip.title }),
      make("span", { class: "lab-clip-origin", text: clip.origin })));
    return row;
  }

  /* Every word searched for stands somewhere in the clip's line. */
  function showFound() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { row, words } of rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (!row.hidden) found += 1;
    }
    const all = rows.length === 1 ? "1 clip" : `${rows.length} clips`;
    count.textContent = !rows.length ? "No clips yet: everything made or uploaded is kept here."
      : wanted.length ? `${found} of ${all}` : `${all}, newest first`;
  }

  function showActions(clip, download) {
    actions.replaceChildren();
    if (!clip) return;
    const button = (text, onclick) => make("button", { type: "button", class: "lab-small", text, onclick });
    const usual = () => actions.replaceChildren(
      button("Rename", () => rename(clip, usual)),
      button("Delete", () => confirmDelete(clip, usual)),
      ...(clip.can_be_made_again
        ? [button("Make again with another seed", () => trigger("again", { id: clip.id }))] : []),
      make("a", { class: "lab-download", href: download, download: "", text: "Download WAV" }));
    usual();

    function rename({ id, title }, back) {
      const field = make("input", { type: "text", maxlength: 200, "aria-label": "New title" });
      field.value = title;
      const save = () => { back(); trigger("rename", { id, title: field.value }); };
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter") save();
        if (event.key === "Escape") back();
      });
      actions.replaceChildren(field, button("Save the title", save), button("Keep it", back));
      field.focus();
      field.select();
    }

    function confirmDelete({ id, title }, back) {
      const no = button("Keep it", back);
      actions.replaceChildren(
        make("span", { text: `Delete “${title}” for good? Votes cast on it stay.` }),
        button("Yes, delete it", () => { back(); trigger("remove", { id }); }), no);
      no.focus();
    }
  }

  watch("value", () => show(props.value));
  show(props.value);
};
