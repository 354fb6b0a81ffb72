// Makes elements of the page. What users write enters it by textContent alone.

/** What an empty list of messages says. */
export const EMPTY = 'No messages yet.';

/** An element with a class and a text. */
export function element(name, className, text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** A small button. */
export function button(label, testId, action) {
  const made = element('button', 'small', label);
  made.type = 'button';
  made.dataset.testid = testId;
  made.addEventListener('click', action);
  return made;
}

/** Changes a list and stays at its end, unless the reader has scrolled up. */
export function stayAtEnd(list, change) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  change();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** Appends to a bounded list and stays at its end, unless the reader has scrolled up. */
export function append(list, item, limit) {
  stayAtEnd(list, () => {
    list.append(item);
    while (list.childElementCount > limit) list.firstElementChild.remove();
  });
}
