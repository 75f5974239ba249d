namespace Hyperplane.Bgp.Messages;

/// <summary>Words for error codes and subcodes (IANA "BGP Error (Notification) Codes").</summary>
internal static class BgpErrorNames
{
    private static readonly string[] Header =
        ["unspecific", "connection not synchronized", "bad message length", "bad message type"];

    private static readonly string[] Open =
    [
        "unspecific", "unsupported version number", "bad peer AS", "bad BGP identifier",
        "unsupported optional parameter", "authentication failure", "unacceptable hold time",
        "unsupported capability", "", "", "", "role mismatch",
    ];

    private static readonly string[] Update =
    [
        "unspecific", "malformed attribute list", "unrecognized well-known attribute", "missing well-known attribute",
        "attribute flags error", "attribute length error", "invalid ORIGIN attribute", "AS routing loop",
        "invalid NEXT_HOP attribute", "optional attribute error", "invalid network field", "malformed AS_PATH",
    ];

    private static readonly string[] StateMachine =
    [
        "unspecific", "unexpected message in OpenSent", "unexpected message in OpenConfirm",
        "unexpected message in Established",
    ];

    private static readonly string[] Cease =
    [
        "unspecific", "maximum number of prefixes reached", "administrative shutdown", "peer de-configured",
        "administrative reset", "connection rejected", "other configuration change", "connection collision resolution",
        "out of resources", "hard reset", "BFD down",
    ];

    private static readonly string[] Refresh = ["unspecific", "invalid message length"];

    /// <summary>Code and subcode in words; unknown ones by number.</summary>
    public static string Name(BgpErrorCode code, byte subcode) => code switch
    {
        BgpErrorCode.MessageHeader => $"message header error: {Find(Header, subcode)}",
        BgpErrorCode.OpenMessage => $"OPEN message error: {Find(Open, subcode)}",
        BgpErrorCode.UpdateMessage => $"UPDATE message error: {Find(Update, subcode)}",
        BgpErrorCode.HoldTimerExpired => "hold timer expired",
        BgpErrorCode.FiniteStateMachine => $"finite state machine error: {Find(StateMachine, subcode)}",
        BgpErrorCode.Cease => $"cease: {Find(Cease, subcode)}",
        BgpErrorCode.RouteRefreshMessage => $"ROUTE-REFRESH message error: {Find(Refresh, subcode)}",
        BgpErrorCode.SendHoldTimerExpired => "send hold timer expired",
        _ => $"unknown error code {(byte)code}",
    };

    private static string Find(string[] names, byte subcode) =>
        subcode < names.Length && names[subcode].Length > 0 ? names[subcode] : $"subcode {subcode}";
}
