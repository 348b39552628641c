// socket.io 4: every event that arrives goes to the room.
//
//     node socketio.js PORT
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.join("room");
  socket.on("m", (event) => io.to("room").emit("m", event));
});
http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
