// Node `ws`: every JSON event that arrives goes to everybody.
//
//     node ws.js PORT [framed]
//
// Plain: `send` per client, as its manual shows. `framed`: the frame is built once and the same
// buffer written to every socket, the fastest this library allows.
const { Sender, WebSocketServer } = require("ws");

const port = Number(process.argv[2]);
const framed = process.argv[3] === "framed";
const FRAME = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };
const server = new WebSocketServer({
  port,
  host: "127.0.0.1",
  perMessageDeflate: false,
  backlog: 4096,
});

function sendPlain(text) {
  for (const client of server.clients) if (client.readyState === 1) client.send(text);
}

function sendFramed(text) {
  const frame = Buffer.concat(Sender.frame(Buffer.from(text), FRAME));
  for (const client of server.clients) if (client.readyState === 1) client._socket.write(frame);
}

server.on("connection", (client) => {
  client.on("error", () => {});
  client.on("message", (message) => {
    const text = JSON.stringify(JSON.parse(message));
    if (framed) sendFramed(text);
    else sendPlain(text);
  });
});
