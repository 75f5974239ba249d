using System.Net;

namespace Hyperplane.Bgp.Tests.Sessions;

/// <summary>One session, its clock and everything it said and wanted.</summary>
internal sealed class SessionRig
{
    public static readonly BgpSessionOptions Defaults = new()
    {
        LocalAs = 64601,
        RemoteAs = 64512,
        Identifier = 0x0A63000B,
    };

    public SessionRig(BgpSessionOptions? options = null) =>
        Session = new BgpSession(options ?? Defaults, new Random(1));

    public BgpSession Session { get; }

    public long NowMs { get; set; } = 1_000_000;

    /// <summary>A session brought to a state, with what it said on the way taken off.</summary>
    public static SessionRig In(BgpState state, BgpSessionOptions? options = null)
    {
        var rig = new SessionRig(options);
        if (state == BgpState.Idle)
            return rig;
        rig.Session.Start(rig.NowMs);
        if (state == BgpState.Active)
            rig.Session.OnTransportFailed("refused", rig.NowMs);
        if (state >= BgpState.OpenSent)
            rig.Session.OnTransportConnected(IPAddress.Parse("10.99.0.11"), rig.NowMs);
        if (state >= BgpState.OpenConfirm)
            rig.Receive(Wire.Open(remoteAs: (ushort)(options ?? Defaults).RemoteAs));
        if (state == BgpState.Established)
            rig.Receive(Wire.Keepalive);
        rig.TakeMessages();
        rig.TakeActions();
        Assert.Equal(state, rig.Session.State);
        return rig;
    }

    public void Receive(params byte[][] messages)
    {
        foreach (byte[] message in messages)
            Session.OnBytes(message, NowMs);
    }

    /// <summary>What the session wants to send, sent whole.</summary>
    public List<byte[]> TakeMessages()
    {
        List<byte[]> all = [];
        while (!Session.Output.IsEmpty)
        {
            all.AddRange(Wire.Cut(Session.Output.Span));
            Session.OnSent(Session.Output.Length, NowMs);
        }

        return all;
    }

    public List<BgpAction> TakeActions()
    {
        List<BgpAction> all = [];
        while (Session.TryTakeAction(out BgpAction action))
            all.Add(action);
        return all;
    }

    /// <summary>Goes from wakeup to wakeup for a time; gives back what the session said meanwhile.</summary>
    public List<byte[]> Pass(long timeMs)
    {
        List<byte[]> all = [];
        long untilMs = NowMs + timeMs;
        while (Session.NextWakeup is { } nextMs && nextMs <= untilMs)
        {
            Assert.True(nextMs >= NowMs, "a wakeup in the past was not handled");
            NowMs = nextMs;
            Session.OnTime(NowMs);
            all.AddRange(TakeMessages());
        }

        NowMs = untilMs;
        return all;
    }

    /// <summary>Type and, of a NOTIFICATION, code and subcode: <c>3:6/2</c>.</summary>
    public static string Name(byte[] message) => message[18] == 3 ? $"3:{message[19]}/{message[20]}" : $"{message[18]}";
}
