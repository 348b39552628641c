/** Whether the relay (TURN) can be used from here: it gives out an address, or it does not. */

const PATIENCE = 6_000;

/** Null when there is no relay to be tried. */
export async function relayWorks(
  servers: readonly RTCIceServer[],
  make = (configuration: RTCConfiguration): RTCPeerConnection =>
    new RTCPeerConnection(configuration),
  patience = PATIENCE,
): Promise<boolean | null> {
  const relays = servers.filter((one) => [one.urls].flat().some((url) => url.startsWith("turn")));
  if (relays.length === 0) return null;
  const pc = make({ iceServers: relays, iceTransportPolicy: "relay" });
  try {
    pc.addTransceiver("audio", { direction: "recvonly" });
    const found = new Promise<boolean>((done) => {
      setTimeout(() => done(false), patience);
      pc.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate.includes(" typ relay")) done(true);
        else if (!candidate) done(false);
      };
    });
    await pc.setLocalDescription(await pc.createOffer());
    return await found;
  } finally {
    pc.close();
  }
}
