/** Adds the style sheet of a program that is loaded later, once; resolved when it is there. */
export function wear(href: string): Promise<void> {
  if (document.head.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = href;
  const there = new Promise<void>((done) => {
    sheet.onload = sheet.onerror = () => done(); // rather plain than not at all
  });
  document.head.append(sheet);
  return there;
}
