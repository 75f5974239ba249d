using System.Security.Cryptography;
using System.Text;

namespace Hyperplane.Mesh.Handshakes;

/// <summary>One side of a handshake: bytes in, bytes out; no socket, no clock.</summary>
/// <remarks>Connector: hello →; ← hello and proof; proof →; ← welcome. Each side proves on nonces of both, so that a
/// recorded handshake is worth nothing; the welcome lets the connector count as up only what the acceptor has let in.
/// Any bytes lead to a verdict, never to an exception. The bytes that follow the handshake are never read by
/// it.</remarks>
internal sealed class Handshake
{
    private readonly MeshIdentity _self;
    private readonly IHandshakeJudge _judge;
    private readonly bool _connects;
    private readonly byte[] _cell;
    private readonly byte[] _hellos = new byte[2 * MeshHello.Bytes];
    private readonly byte[] _in = new byte[MeshHello.Bytes + SessionKeys.ProofBytes];
    private readonly byte[] _out = new byte[MeshHello.Bytes + SessionKeys.ProofBytes];
    private int _outBytes;
    private int _inBytes;
    private int _wantedBytes;
    private bool _answered;

    private Handshake(MeshIdentity self, IHandshakeJudge judge, bool connects)
    {
        _self = self;
        _judge = judge;
        _connects = connects;
        _cell = Encoding.UTF8.GetBytes(self.Cell);
        _wantedBytes = MeshHello.Bytes + (connects ? SessionKeys.ProofBytes : 0);
    }

    /// <summary>Who is at the other end, once its hello was read; proven only when <see cref="IsComplete"/>.</summary>
    public MeshHello Other { get; private set; }

    /// <summary>Both sides are proven, as soon as <see cref="Output"/> is sent.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The session's keys, once complete.</summary>
    public SessionKeys? Keys { get; private set; }

    /// <summary>Bytes to send now.</summary>
    public ReadOnlySpan<byte> Output => _out.AsSpan(0, _outBytes);

    /// <summary>Where to put the next bytes received: as many as this step needs.</summary>
    public Span<byte> Space => _in.AsSpan(_inBytes, _wantedBytes - _inBytes);

    public static Handshake Connect(MeshIdentity self, ushort to, ReadOnlySpan<byte> nonce, IHandshakeJudge judge)
    {
        var handshake = new Handshake(self, judge, connects: true);
        new MeshHello(self.NodeId, to, self.Start).Write(handshake._hellos, self.Cell, nonce);
        handshake._hellos.AsSpan(0, MeshHello.Bytes).CopyTo(handshake._out);
        handshake._outBytes = MeshHello.Bytes;
        return handshake;
    }

    public static Handshake Accept(MeshIdentity self, ReadOnlySpan<byte> nonce, IHandshakeJudge judge)
    {
        var handshake = new Handshake(self, judge, connects: false);
        nonce.CopyTo(handshake._out); // kept here until the addressee is known
        return handshake;
    }

    public void OutputTaken() => _outBytes = 0;

    /// <summary>Bytes were put into <see cref="Space"/>.</summary>
    public MeshRefusal Received(int count)
    {
        _inBytes += count;
        if (!_answered && _inBytes is >= MeshHello.BeginBytes and < MeshHello.Bytes)
            return MeshHello.CheckBegin(_in);
        if (_inBytes < _wantedBytes)
            return MeshRefusal.None;
        if (_connects)
            return _answered ? OnWelcome() : OnAnswer();
        return _answered ? OnProof() : OnHello();
    }

    private MeshRefusal OnHello()
    {
        MeshRefusal refusal = ReadHello();
        if (refusal != MeshRefusal.None)
            return refusal;
        _in.AsSpan(0, MeshHello.Bytes).CopyTo(_hellos);
        var answer = new MeshHello(_self.NodeId, Other.Node, _self.Start);
        answer.Write(_hellos.AsSpan(MeshHello.Bytes), _self.Cell, _out.AsSpan(0, MeshHello.NonceBytes));
        _hellos.AsSpan(MeshHello.Bytes).CopyTo(_out);
        SessionKeys.Prove(_self.Key.Span, ProofRole.Acceptor, _hellos, _out.AsSpan(MeshHello.Bytes));
        _outBytes = MeshHello.Bytes + SessionKeys.ProofBytes;
        return AwaitProof();
    }

    private MeshRefusal OnAnswer()
    {
        MeshRefusal refusal = ReadHello();
        if (refusal != MeshRefusal.None)
            return refusal;
        _in.AsSpan(0, MeshHello.Bytes).CopyTo(_hellos.AsSpan(MeshHello.Bytes));
        if (!IsProven(_in.AsSpan(MeshHello.Bytes), ProofRole.Acceptor))
            return MeshRefusal.BadProof;
        SessionKeys.Prove(_self.Key.Span, ProofRole.Connector, _hellos, _out);
        _outBytes = SessionKeys.ProofBytes;
        return AwaitProof();
    }

    private MeshRefusal OnProof()
    {
        if (!IsProven(_in.AsSpan(0, SessionKeys.ProofBytes), ProofRole.Connector))
            return MeshRefusal.BadProof;
        MeshRefusal refusal = _judge.Judge(Other.Node, Other.Start); // what is known may have changed since the hello
        if (refusal != MeshRefusal.None)
            return refusal;
        SessionKeys.Prove(_self.Key.Span, ProofRole.Welcome, _hellos, _out);
        _outBytes = SessionKeys.ProofBytes;
        return Complete();
    }

    private MeshRefusal OnWelcome() =>
        IsProven(_in.AsSpan(0, SessionKeys.ProofBytes), ProofRole.Welcome)
            ? Complete()
            : MeshRefusal.BadProof;

    private MeshRefusal AwaitProof()
    {
        _inBytes = 0;
        _wantedBytes = SessionKeys.ProofBytes;
        _answered = true;
        return MeshRefusal.None;
    }

    private MeshRefusal ReadHello()
    {
        MeshRefusal refusal = MeshHello.TryRead(_in.AsSpan(0, MeshHello.Bytes), _cell, out MeshHello other);
        if (refusal != MeshRefusal.None)
            return refusal;
        Other = other;
        return other.To == _self.NodeId ? _judge.Judge(other.Node, other.Start) : MeshRefusal.UnknownNode;
    }

    private bool IsProven(ReadOnlySpan<byte> proof, ProofRole role)
    {
        Span<byte> expected = stackalloc byte[SessionKeys.ProofBytes];
        SessionKeys.Prove(_self.Key.Span, role, _hellos, expected);
        return CryptographicOperations.FixedTimeEquals(proof, expected);
    }

    private MeshRefusal Complete()
    {
        Keys = SessionKeys.Derive(_self.Key.Span, _hellos);
        _wantedBytes = _inBytes;
        IsComplete = true;
        return MeshRefusal.None;
    }
}
