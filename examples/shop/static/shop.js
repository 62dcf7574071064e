/**
 * The shop's own script: cart, film chapters, and what the shop tells about itself by Segment's Ecommerce names.
 * Must never wait for Kikkake: calls go into its queue, whether it is there yet or not.
 */
(() => {
  const shop = JSON.parse(document.getElementById("shop").textContent);
  const products = new Map(shop.products.map((product) => [product.id, product]));
  const texts = shop.texts;
  const DELIVERY = 500;
  const FREE_FROM = 5000;

  window.kikkake = window.kikkake || [];
  const tell = (...call) => window.kikkake.push(call);
  const track = (event, properties) => tell("track", event, properties);

  const yen = (amount) => `¥${amount.toLocaleString("en")}`;
  const read = (key, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  const newId = (prefix) => `${prefix}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}`;

  const loadCart = () => read("asagiri.cart", { id: newId("cart"), lines: [] });
  const saveCart = (cart) => {
    localStorage.setItem("asagiri.cart", JSON.stringify(cart));
    showCount(cart);
  };
  const showCount = (cart) => {
    const count = cart.lines.reduce((sum, line) => sum + line.quantity, 0);
    for (const badge of document.querySelectorAll("[data-count]")) {
      badge.textContent = count;
      badge.hidden = !count;
    }
  };

  const describe = (id, quantity) => {
    const { name, category, price, image } = products.get(id);
    return {
      product_id: id,
      name,
      category,
      brand: shop.brand,
      price,
      currency: shop.currency,
      image_url: new URL(image, location.href).href,
      url: new URL(`/products/${id}`, location.href).href,
      ...(quantity ? { quantity } : {}),
    };
  };
  const describeLines = (lines) => lines.map((line) => describe(line.id, line.quantity));
  const sumOf = (lines) => lines.reduce((sum, line) => sum + products.get(line.id).price * line.quantity, 0);
  const deliveryOf = (lines) => (sumOf(lines) >= FREE_FROM ? 0 : DELIVERY);

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const change = (id, by) => {
    const cart = loadCart();
    const line = cart.lines.find((other) => other.id === id);
    if (by > 0) track("Product Added", { cart_id: cart.id, ...describe(id, by) });
    if (line) line.quantity += by;
    else if (by > 0) cart.lines.push({ id, quantity: by });
    if (by < 0) track("Product Removed", { cart_id: cart.id, ...describe(id, -by) });
    cart.lines = cart.lines.filter((other) => other.quantity > 0);
    saveCart(cart);
    return cart;
  };

  const stepper = (line) => {
    const box = make("div", "steps");
    for (const [label, sign, by] of [
      [texts.less, "−", -1],
      [texts.more, "+", 1],
    ]) {
      const button = make("button", "", sign);
      button.type = "button";
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => showLines(change(line.id, by).lines));
      box.append(button);
    }
    box.insertBefore(make("span", "", line.quantity), box.lastChild);
    const remove = make("button", "remove", texts.remove);
    remove.type = "button";
    remove.addEventListener("click", () => showLines(change(line.id, -line.quantity).lines));
    box.append(remove);
    return box;
  };

  const showLines = (lines) => {
    const list = document.getElementById("cart");
    if (!list) return;
    const fixed = "fixed" in list.dataset;
    list.replaceChildren(
      ...lines.map((line) => {
        const product = products.get(line.id);
        const row = make("div", "line");
        const image = make("img");
        image.src = product.image;
        image.alt = "";
        const words = make("div", "line-words");
        const link = make("a", "", product.name);
        link.href = `/products/${line.id}`;
        words.append(link, make("small", "", fixed ? `${product.size} × ${line.quantity}` : product.size));
        if (!fixed) words.append(stepper(line));
        row.append(image, words, make("b", "", yen(product.price * line.quantity)));
        return row;
      }),
    );
    for (const element of document.querySelectorAll(".empty")) element.hidden = lines.length > 0;
    for (const element of document.querySelectorAll("[data-filled]")) element.hidden = !lines.length;
    for (const element of document.querySelectorAll(".sum")) {
      const delivery = deliveryOf(lines);
      const rows = [
        [texts.subtotal, yen(sumOf(lines))],
        [texts.shipping, delivery ? yen(delivery) : texts.free],
        [texts.total, yen(sumOf(lines) + delivery)],
      ];
      element.hidden = !lines.length;
      element.replaceChildren(
        ...rows.map(([name, amount]) => {
          const row = make("div");
          row.append(make("span", "", name), make("b", "", amount));
          return row;
        }),
      );
    }
  };

  const placeOrder = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const cart = loadCart();
    const order = { id: newId("o"), lines: cart.lines, told: false };
    const email = String(form.get("email")).trim().toLowerCase();
    tell("identify", email, { name: form.get("name"), email });
    sessionStorage.setItem("asagiri.order", JSON.stringify(order));
    localStorage.removeItem("asagiri.cart");
    location.assign("/thanks");
  };

  const showOrder = () => {
    const order = JSON.parse(sessionStorage.getItem("asagiri.order") || "null");
    if (!order) return;
    document.getElementById("order").textContent = order.id;
    showLines(order.lines);
    if (order.told) return;
    // Told once: reloading this page is no second order.
    sessionStorage.setItem("asagiri.order", JSON.stringify({ ...order, told: true }));
    const shipping = deliveryOf(order.lines);
    track("Order Completed", {
      order_id: order.id,
      revenue: sumOf(order.lines),
      shipping,
      total: sumOf(order.lines) + shipping,
      currency: shop.currency,
      products: describeLines(order.lines),
    });
  };

  const film = document.querySelector("#film video");
  if (film) {
    const chapters = [...document.querySelectorAll("[data-seek]")];
    const from = (seconds) => {
      film.currentTime = seconds;
      film.play().catch(() => {});
    };
    for (const chapter of chapters) chapter.addEventListener("click", () => from(+chapter.dataset.seek));
    film.addEventListener("timeupdate", () => {
      const now = chapters.filter((chapter) => +chapter.dataset.seek <= film.currentTime + 0.05).pop();
      for (const chapter of chapters) chapter.toggleAttribute("aria-current", chapter === now && film.currentTime > 0);
    });
    const asked = Number(new URLSearchParams(location.search).get("t"));
    if (asked > 0) film.currentTime = asked;
  }

  const shows = {
    list: () => {
      const { category, products: ids } = shop.seen;
      track("Product List Viewed", { list_id: category, category, products: ids.map((id) => describe(id)) });
    },
    product: () => {
      track("Product Viewed", describe(shop.seen.product));
      const form = document.querySelector("[data-add]");
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        change(form.dataset.add, Number(new FormData(form).get("quantity")));
        document.querySelector(".notice").hidden = false;
      });
    },
    cart: () => {
      const cart = loadCart();
      showLines(cart.lines);
      track("Cart Viewed", { cart_id: cart.id, products: describeLines(cart.lines) });
    },
    checkout: () => {
      const { id, lines } = loadCart();
      showLines(lines);
      if (!lines.length) return;
      const value = sumOf(lines);
      track("Checkout Started", { cart_id: id, value, currency: shop.currency, products: describeLines(lines) });
      document.getElementById("checkout").addEventListener("submit", placeOrder);
    },
    thanks: showOrder,
  };
  shows[shop.kind]?.();
  showCount(loadCart());
})();
