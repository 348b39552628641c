/** Chinese: who is heard on the stage. */
export const zhStage = {
  "floor.closed": "暂停举手",
  "floor.take": "发言",
  "layout.camera": "讲师为主",
  "layout.follow": "跟随讲师",
  "layout.own": "画面布局",
  "layout.see_slides": "看课件",
  "layout.slides": "课件为主",
  "layout.speakers": "发言人为主",
  "mute.all": "全员静音",
  "mute.allow": "允许{name}重新发言",
  "mute.asked": "您已被静音，可以重新打开麦克风",
  "mute.held": "您已被静音，请等待讲师允许发言",
  "mute.one": "将{name}静音",
  "speak.hold": "按住空格键可临时发言",
};
