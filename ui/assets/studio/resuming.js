/* How a clip goes on when it is opened in another format, or at another part. */

/* What a new engine is to go on with.
   from : the engine before, with the same clip at the same part, or at another, or with another clip */
export function goingOn(from, { isSame, isSamePart, region, play }) {
  return {
    playing: play || (isSame && from.playing),
    position: isSamePart ? from.position : 0,
    region: isSamePart ? from.regionInSeconds : region,
    loop: from.loop,
  };
}

/* Once its first sound is here. */
export function goOn(engine, { playing, position, region, loop }) {
  if (region) engine.setRegion(...region);
  engine.setLoop(loop);
  engine.seek(position);
  if (playing) engine.play();
}
