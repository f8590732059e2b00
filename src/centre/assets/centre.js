// All of the page works without this. It moves whoever hears the page to what has just been done, and in a shop's frame
// tells how high the page is, and opens beside it what cannot be shown there.
(() => {
  document.querySelector("[data-note]")?.focus();
  if (parent === window) return;
  document.documentElement.classList.add("framed");
  for (const link of document.querySelectorAll("a[data-beside]")) link.target = "_blank";
  const tell = () => parent.postMessage({ type: "rapport-centre-height", height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  tell();
  new ResizeObserver(tell).observe(document.body);
})();
