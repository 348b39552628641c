/** 中文：读聊天。 */
export const zhReading = {
  "chat.older": "更早的消息",
  "chat.older_failed": "没有读到，再试一次",
  "chat.reply_earlier": "回复更早的一条消息",
  "chat.search": "搜索消息",
  "say.pinned": "置顶消息，{name}：{text}",
} as const;
