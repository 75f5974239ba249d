namespace Hyperplane.Bgp.Messages;

/// <summary>The first byte of a NOTIFICATION (RFC 4271 4.5, RFC 7313, RFC 9687).</summary>
internal enum BgpErrorCode : byte
{
    MessageHeader = 1,
    OpenMessage = 2,
    UpdateMessage = 3,
    HoldTimerExpired = 4,
    FiniteStateMachine = 5,
    Cease = 6,
    RouteRefreshMessage = 7,
    SendHoldTimerExpired = 8,
}
