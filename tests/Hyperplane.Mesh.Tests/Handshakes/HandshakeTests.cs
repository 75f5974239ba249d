using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Mesh.Handshakes;
using Hyperplane.Mesh.Tests.Hosts;

namespace Hyperplane.Mesh.Tests.Handshakes;

/// <summary>Both sides of a handshake without sockets.</summary>
public sealed class HandshakeTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);
    private static readonly MeshIdentity One = new("cell", 1, 10, TestNode.CellKey);
    private static readonly MeshIdentity Two = new("cell", 2, 20, TestNode.CellKey);
    private static readonly byte[] OtherKey = [.. TestNode.CellKey.Reverse()];

    [Fact]
    public void Both_sides_learn_who_the_other_is_and_hold_the_same_two_keys()
    {
        Handshake connector = Connector(One);
        Handshake acceptor = Acceptor(Two);
        Assert.Equal(MeshRefusal.None, Move(connector, acceptor));
        Assert.Equal(MeshRefusal.None, Move(acceptor, connector));
        Assert.Equal(MeshRefusal.None, Move(connector, acceptor));
        Assert.True(acceptor.IsComplete);
        Assert.False(connector.IsComplete);
        Assert.Equal(MeshRefusal.None, Move(acceptor, connector));
        Assert.True(connector.IsComplete);
        Assert.Equal(new MeshHello(2, 1, 20), connector.Other);
        Assert.Equal(new MeshHello(1, 2, 10), acceptor.Other);
        Assert.Equal(connector.Keys!.FromConnector, acceptor.Keys!.FromConnector);
        Assert.Equal(connector.Keys.FromAcceptor, acceptor.Keys.FromAcceptor);
        Assert.NotEqual(connector.Keys.FromConnector, connector.Keys.FromAcceptor);
    }

    [Fact]
    public void Other_nonces_lead_to_other_keys()
    {
        byte[] KeyOf(byte nonce)
        {
            Handshake connector = Connector(One, nonce);
            Handshake acceptor = Acceptor(Two);
            Move(connector, acceptor);
            Move(acceptor, connector);
            Move(connector, acceptor);
            return acceptor.Keys!.FromConnector;
        }

        Assert.NotEqual(KeyOf(1), KeyOf(2));
        Assert.Equal(KeyOf(1), KeyOf(1));
    }

    [Fact]
    public void The_side_that_connects_refuses_one_without_the_key()
    {
        Handshake connector = Connector(One);
        Handshake acceptor = Acceptor(Two with { Key = OtherKey });
        Assert.Equal(MeshRefusal.None, Move(connector, acceptor));
        Assert.Equal(MeshRefusal.BadProof, Move(acceptor, connector));
        Assert.Null(connector.Keys);
    }

    [Fact]
    public void The_side_that_accepts_refuses_one_without_the_key()
    {
        Handshake acceptor = Acceptor(Two);
        Move(Connector(One), acceptor);
        Assert.Equal(MeshRefusal.BadProof, Put(acceptor, new byte[32]));
        Assert.Null(acceptor.Keys);
    }

    [Fact]
    public void A_proof_of_another_handshake_is_refused()
    {
        Handshake connector = Connector(One);
        Handshake acceptor = Acceptor(Two);
        Move(connector, acceptor);
        Move(acceptor, connector);
        byte[] recorded = connector.Output.ToArray();
        Handshake later = Acceptor(Two, nonce: 77);
        Move(Connector(One), later);
        Assert.Equal(MeshRefusal.BadProof, Put(later, recorded));
    }

    [Fact]
    public void A_proof_sent_back_to_its_maker_is_refused()
    {
        Handshake acceptor = Acceptor(Two);
        Move(Connector(One), acceptor);
        byte[] itsOwn = acceptor.Output[MeshHello.Bytes..].ToArray();
        Assert.Equal(MeshRefusal.BadProof, Put(acceptor, itsOwn));
    }

    [Fact]
    public void A_welcome_that_the_acceptor_did_not_give_is_refused()
    {
        Handshake connector = Connector(One);
        Handshake acceptor = Acceptor(Two);
        Move(connector, acceptor);
        byte[] proof = acceptor.Output[MeshHello.Bytes..].ToArray();
        Move(acceptor, connector);
        Assert.Equal(MeshRefusal.BadProof, Put(connector, proof));
        Assert.Null(connector.Keys);
    }

    [Fact]
    public void Another_cell_is_refused() =>
        Assert.Equal(MeshRefusal.OtherCell, Move(Connector(One with { Cell = "cell2" }), Acceptor(Two)));

    [Fact]
    public void A_hello_to_another_node_is_refused() =>
        Assert.Equal(MeshRefusal.UnknownNode, Move(Connector(One), Acceptor(Two with { NodeId = 3 })));

    [Fact]
    public void Another_protocol_is_refused_after_its_first_bytes() =>
        Assert.Equal(MeshRefusal.BadMagic, Put(Acceptor(Two), "GET / "u8));

    [Fact]
    public void Another_version_is_refused_after_its_first_bytes()
    {
        byte[] hello = Connector(One).Output.ToArray();
        hello[4]++;
        Assert.Equal(MeshRefusal.UnknownVersion, Put(Acceptor(Two), hello.AsSpan(0, 6)));
    }

    [Fact]
    public void Any_bit_changed_in_any_step_leads_to_a_refusal_and_no_keys()
    {
        int answerBytes = MeshHello.Bytes + SessionKeys.ProofBytes;
        for (int bit = 0; bit < answerBytes * 8; bit++)
        {
            Handshake connector = Connector(One);
            Handshake acceptor = Acceptor(Two);
            Move(connector, acceptor);
            byte[] answer = acceptor.Output.ToArray();
            answer[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(MeshRefusal.None, Put(connector, answer));
            Assert.Null(connector.Keys);
        }

        for (int bit = 0; bit < MeshHello.Bytes * 8; bit++)
        {
            Handshake connector = Connector(One);
            Handshake acceptor = Acceptor(Two);
            byte[] hello = connector.Output.ToArray();
            hello[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Put(acceptor, hello) == MeshRefusal.None)
                Assert.NotEqual(MeshRefusal.None, Move(acceptor, connector));
            Assert.Null(acceptor.Keys);
            Assert.Null(connector.Keys);
        }
    }

    [Fact]
    public void Any_bytes_end_in_a_verdict() => Prop.ForAll<byte[], byte, bool>(static (bytes, cut, connects) =>
    {
        Handshake handshake = connects ? Connector(One) : Acceptor(Two);
        byte[] begin = connects ? Acceptor(Two).Output.ToArray() : Connector(One).Output[..(cut % 105)].ToArray();
        byte[] all = [.. begin, .. bytes, .. bytes, .. bytes, .. bytes];
        Put(handshake, all);
        return !handshake.IsComplete;
    }).Check(Runs);

    private static Handshake Connector(MeshIdentity self, byte nonce = 1) =>
        Handshake.Connect(self, 2, Nonce(nonce), AnyNode.Instance);

    private static Handshake Acceptor(MeshIdentity self, byte nonce = 2) =>
        Handshake.Accept(self, Nonce(nonce), AnyNode.Instance);

    private static byte[] Nonce(byte value) => [.. Enumerable.Repeat(value, MeshHello.NonceBytes)];

    private static MeshRefusal Move(Handshake from, Handshake to)
    {
        MeshRefusal refusal = Put(to, from.Output.ToArray());
        from.OutputTaken();
        return refusal;
    }

    private static MeshRefusal Put(Handshake to, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && to.Space.Length > 0)
        {
            int count = Math.Min(7, Math.Min(bytes.Length, to.Space.Length));
            bytes[..count].CopyTo(to.Space);
            bytes = bytes[count..];
            MeshRefusal refusal = to.Received(count);
            if (refusal != MeshRefusal.None)
                return refusal;
        }

        return MeshRefusal.None;
    }
}
