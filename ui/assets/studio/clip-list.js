/* The sidebar: everything that makes or opens a clip. The clips on disk are searched and opened here;
   everything else is asked of Python. */

import { make } from "../shared/page.js";
import { addressOf } from "./api.js";
import { FolderImport } from "./folder-import.js";
import { CLIPS, OPEN, OPENED, hear, tell } from "./signals.js";

const NEW_OPEN = "musicgen-restoration-lab-new"; // whether "+ New" is open, kept by the browser

export function mountClipList({ element, props, watch, trigger }) {
  const list = new ClipList(element.querySelector(".lab-library"), trigger);
  watch("value", () => list.show(props.value));
  list.show(props.value);
}

const button = (text, onclick) => make("button", { type: "button", class: "lab-small", text, onclick });

class ClipList {
  /* trigger(event, data) : asks Python */
  constructor(root, trigger) {
    this.trigger = trigger;
    this.clips = [];
    this.rows = []; // {clip, row, words}
    this.chosen = null; // id of the clip on the workbench
    this.opened = 0; // the newest of Python's wishes that was followed
    this.search = make("input", {
      type: "search", class: "lab-search", placeholder: "Search your clips",
      "aria-label": "Search your clips", oninput: () => this._showFound(),
    });
    this.count = make("p", { class: "lab-hint", role: "status" });
    this.list = make("ul", { class: "lab-clips", "aria-label": "Your clips" });
    this.actions = make("div", { class: "lab-actions" });
    this.problems = make("ul", { class: "lab-problems" });
    const folder = new FolderImport((clips) => trigger("added", { id: clips[0] }));
    root.append(this.search, this.count, this.list, this.actions, folder.element, this.problems);
    hear(root, OPENED, (opened) => this._setChosen(opened?.id ?? null));
    takeDroppedFiles();
    foldSidebar(root);
  }

  /* value : {clips, problems, open: {id, number} or null} */
  show(value) {
    if (!value || !value.clips) return;
    this.clips = value.clips;
    this.rows = value.clips.map((clip) => ({
      clip, row: this._row(clip), words: `${clip.title} ${clip.origin}`.toLowerCase(),
    }));
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
    this.list.hidden = this.search.hidden = !this.rows.length;
    this.problems.replaceChildren(...value.problems.map((text) => make("li", { text })));
    tell(CLIPS, value.clips);
    this._setChosen(this.chosen);
    this._showFound();
    if (value.open && value.open.number > this.opened) {
      this.opened = value.open.number;
      tell(OPEN, { id: value.open.id });
      setDrawer(false);
    }
  }

  _setChosen(chosen) {
    this.chosen = chosen;
    for (const { clip, row } of this.rows) {
      row.classList.toggle("lab-chosen", clip.id === chosen);
      row.querySelector(".lab-open").setAttribute("aria-pressed", String(clip.id === chosen));
    }
    const clip = this.clips.find(({ id }) => id === chosen);
    if (clip) this._showActions(clip);
    else this.actions.replaceChildren();
  }

  _row(clip) {
    const open = (play) => {
      tell(OPEN, { id: clip.id, play });
      setDrawer(false);
    };
    return make("li", {},
      make("button", { type: "button", class: "lab-small lab-play-clip", text: "▶",
        "aria-label": `Open and play ${clip.title}`, onclick: () => open(true) }),
      make("button", { type: "button", class: "lab-open", "aria-pressed": "false",
        title: clip.title, onclick: () => open(false) },
      make("span", { class: "lab-clip-title", text: clip.title }),
      make("span", { class: "lab-clip-origin", text: clip.origin })));
  }

  /* Every word searched for stands somewhere in the clip's line. */
  _showFound() {
    const wanted = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { row, words } of this.rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (!row.hidden) found += 1;
    }
    const total = this.rows.length;
    const all = total === 1 ? "1 clip" : `${total} clips`;
    this.count.textContent = !total ? "No clips yet: everything made or uploaded is kept here."
      : wanted.length ? `${found} of ${all}` : `${all}, newest first`;
  }

  _showActions(clip) {
    const usual = () => this.actions.replaceChildren(
      button("Rename", () => this._rename(clip, usual)),
      button("Delete", () => this._confirmDelete(clip, usual)),
      ...(clip.can_be_made_again
        ? [button("Regenerate", () => this.trigger("again", { id: clip.id }))] : []),
      make("a", { class: "lab-download", href: addressOf("file", { clip: clip.id }), download: "",
        text: "Download WAV" }));
    usual();
  }

  _rename({ id, title }, back) {
    const field = make("input", { type: "text", maxlength: 200, "aria-label": "New title" });
    field.value = title;
    const save = () => { back(); this.trigger("rename", { id, title: field.value }); };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") save();
      if (event.key === "Escape") back();
    });
    this.actions.replaceChildren(field, button("Save the title", save), button("Cancel", back));
    field.focus();
    field.select();
  }

  _confirmDelete({ id, title }, back) {
    const no = button("Cancel", back);
    this.actions.replaceChildren(
      make("span", { text: `Delete “${title}” for good? Votes cast on it stay.` }),
      button("Yes, delete it", () => { back(); this.trigger("remove", { id }); }), no);
    no.focus();
  }
}

/* "+ New" opens what makes a clip; « folds the sidebar away; on a phone it lies over the page. */
function foldSidebar(root) {
  const { body } = document;
  const made = make("button", { type: "button", class: "lab-small lab-new", text: "+ New",
    onclick: () => setNew(!body.classList.contains("lab-new-open")) });
  const fold = make("button", { type: "button", class: "lab-small lab-fold", text: "«",
    "aria-label": "Fold the clips away", onclick: () => setFolded(!body.classList.contains("lab-folded")) });
  const setNew = (isOpen) => {
    body.classList.toggle("lab-new-open", isOpen);
    made.setAttribute("aria-expanded", String(isOpen));
    try { localStorage.setItem(NEW_OPEN, isOpen ? "1" : "0"); } catch { /* as it likes */ }
  };
  const setFolded = (isFolded) => {
    body.classList.toggle("lab-folded", isFolded);
    fold.textContent = isFolded ? "»" : "«";
    fold.setAttribute("aria-label", isFolded ? "Show the clips" : "Fold the clips away");
    fold.setAttribute("aria-expanded", String(!isFolded));
  };
  const column = root.closest("#lab-sidebar");
  column.prepend(make("div", { class: "lab-sidebar-head" }, made, fold));
  let wasOpen = null;
  try { wasOpen = localStorage.getItem(NEW_OPEN); } catch { /* as at a first visit */ }
  setNew(wasOpen !== "0");
  const drawer = document.getElementById("lab-clips-button");
  drawer?.addEventListener("click", () => setDrawer(!body.classList.contains("lab-sidebar-open")));
  column.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !body.classList.contains("lab-sidebar-open")) return;
    setDrawer(false);
    drawer.focus();
  });
}

/* On a narrow screen the sidebar is a drawer over the page. */
function setDrawer(isOpen) {
  document.body.classList.toggle("lab-sidebar-open", isOpen);
  document.getElementById("lab-clips-button")?.setAttribute("aria-expanded", String(isOpen));
}

/* A file dropped anywhere is uploaded. */
function takeDroppedFiles() {
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const field = document.querySelector("#upload input[type=file]");
    if (!event.dataTransfer?.files.length || !field || event.target.closest("#upload")) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
