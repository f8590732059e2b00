import { type Html, html } from "#markup/html.ts";
import type { Taste } from "../centre-services.ts";
import { form } from "../shell.ts";
import type { View } from "./view.ts";

export async function tastesView(view: View): Promise<Html> {
  const { services, tell, formToken } = view;
  const [{ less, more }, categories] = await Promise.all([services.standing(), services.categories()]);
  return html`<h1>${tell("section.tastes")}</h1><p class="lead">${tell("tastes.lead")}</p>
${list("less", less, view)}${list("more", more, view)}
${
  categories.length > 0 &&
  html`<section class="card" aria-labelledby="add"><h2 id="add">${tell("tastes.add")}</h2>${form(
    formToken,
    "taste",
    {},
    html`<div class="field"><label for="category">${tell("tastes.addLabel")}</label><select id="category" name="category">${categories.map(
      (category) => html`<option value="${category}" dir="auto">${category}</option>`,
    )}</select></div><div class="actions"><button class="quiet" name="wish" value="less">${tell("tastes.addLess")}</button><button class="quiet" name="wish" value="more">${tell("tastes.addMore")}</button></div>`,
  )}</section>`
}`;
}

function list(wish: "less" | "more", tastes: readonly Taste[], { tell, formToken }: View): Html {
  return html`<section class="card" aria-labelledby="${wish}"><h2 id="${wish}">${tell(`tastes.${wish}`)}</h2>${
    tastes.length === 0
      ? html`<p>${tell(`tastes.${wish}None`)}</p>`
      : html`<ul class="rows">${tastes.map(({ kind, key, title }) => {
          const what = tell(`taste.${kind}`, { value: title });
          return html`<li><h3>${what}</h3>${form(
            formToken,
            "undo",
            { wish, kind, key },
            html`<button class="quiet" aria-label="${tell("tastes.undoName", { what })}">${tell("tastes.undo")}</button>`,
          )}</li>`;
        })}</ul>`
  }</section>`;
}
