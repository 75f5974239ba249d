using System.Runtime.InteropServices;
using Hyperplane.Linux.Udp;

namespace Hyperplane.Bfd;

/// <summary>A session and its way out; touched by the speaker's thread, its numbers read by any.</summary>
internal sealed class PeerLink(BfdPeerOptions options, BfdSession session) : IDisposable
{
    private IBfdSender? _sender;
    private string? _openError;
    private int _sendError;

    public BfdPeerOptions Options { get; set; } = options;

    public BfdSession Session { get; } = session;

    public uint Address { get; } = UdpSocket.ToNumber(options.Address);

    public long SendFailures { get; private set; }

    /// <summary>Silence after which the peer is, or would be, given up.</summary>
    public long DetectionNs =>
        Session.State >= BfdState.Init && Session.DetectionNs > 0 ? Session.DetectionNs : Options.Intervals.DetectionNs;

    /// <summary>Opens the source port if there is none; a failure stays in the status and is tried again with the next
    /// packet.</summary>
    public void Open(IBfdWire wire)
    {
        try
        {
            _sender = wire.OpenSender(Options.LocalAddress);
            _openError = null;
        }
        catch (UdpSocketException e)
        {
            _openError = e.Message;
        }
    }

    public void Send(IBfdWire wire, ReadOnlySpan<byte> packet)
    {
        if (_sender is null)
            Open(wire);
        _sendError = _sender?.Send(packet, Address) ?? 0;
        if (_sender is null || _sendError != 0)
            SendFailures++;
    }

    public BfdPeerStatus Status(long nowNs)
    {
        BfdSessionCounters counters = Session.Counters;
        int sendError = _sendError;
        return new BfdPeerStatus
        {
            Address = Options.Address,
            State = Session.State,
            Cause = Session.Cause,
            InState = FromNs(nowNs - counters.ChangedAtNs),
            RemoteState = Session.RemoteState,
            RemoteDiagnostic = Session.RemoteDiagnostic,
            LastDiagnostic = counters.LastDiagnostic,
            Flaps = counters.Flaps,
            Received = counters.Received,
            Sent = counters.Sent,
            Suppressed = counters.Suppressed,
            SendFailures = SendFailures,
            TransmitInterval = FromNs(Session.TransmitNs),
            DetectionTime = FromNs(Session.DetectionNs),
            Error = _openError ?? (sendError == 0 ? null : Marshal.GetPInvokeErrorMessage(sendError)),
        };
    }

    public void Dispose() => _sender?.Dispose();

    private static TimeSpan FromNs(long ns) => TimeSpan.FromTicks(ns / TimeSpan.NanosecondsPerTick);
}
