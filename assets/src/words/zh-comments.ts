/** 中文：弹幕，选它的人才加载。 */
export const zhComments = {
  on: "弹幕：消息从画面上方飘过",
  still: "弹幕关闭：设备已设置减少动态效果",
} as const;
