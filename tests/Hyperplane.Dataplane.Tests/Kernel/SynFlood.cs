using System.Buffers.Binary;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>SYNs without end from sources that are not there, out of one namespace, until disposed.</summary>
internal sealed class SynFlood : IDisposable
{
    private const int Sources = 1 << 17;
    private const int Ports = 16;
    private readonly Thread _thread;
    private volatile bool _ends;
    private int _sent;

    private SynFlood(NetworkNamespace from, Action<SynFlood> flood)
    {
        _thread = new Thread(() => NamespaceThread.Run(from, () =>
        {
            flood(this);
            return true;
        }));
        _thread.Start();
    }

    /// <summary>Frames so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Begins one through the node.</summary>
    /// <param name="from">Where the frames enter the fabric.</param>
    /// <param name="node">Whose MAC address they go to.</param>
    /// <param name="vip">Where they go; sources are of 198.18.0.0/15, or each of a network of its own below
    /// 2001::/16.</param>
    public static SynFlood Begin(NetworkNamespace from, NetworkNamespace node, string vip)
    {
        string address = node.Run("cat", "/sys/class/net/eth0/address");
        byte[] mac = Convert.FromHexString(address.Trim().Replace(":", "", StringComparison.Ordinal));
        string source = vip.Contains(':', StringComparison.Ordinal) ? "2001:db80::1" : "198.18.0.1";
        byte[] syn = TestFrame.Tcp(source, 1, vip, Fabric.TcpPort, TestFrame.Syn, payloadBytes: 0);
        mac.CopyTo(syn, 0);
        return new SynFlood(from, flood => flood.Send(syn));
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
    }

    private void Send(byte[] syn)
    {
        using var wire = new RawSocket("eth0");
        bool isIpv4 = !TestFrame.IsIpv6(syn);
        // The last 17 bits of an IPv4 address, or of the first 32 bits behind 2001:; then the source port.
        Span<byte> source = syn.AsSpan(isIpv4 ? 26 : 24, 4);
        Span<byte> port = syn.AsSpan(TestFrame.TransportAt(syn));
        uint first = BinaryPrimitives.ReadUInt32BigEndian(source);
        for (int i = 0; !_ends; i = (i + 1) % (Sources * Ports))
        {
            BinaryPrimitives.WriteUInt32BigEndian(source, (first & ~(uint)(Sources - 1)) | (uint)(i % Sources));
            BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)(1_024 + (i / Sources)));
            TestFrame.FixChecksums(syn);
            wire.Send(syn);
            Volatile.Write(ref _sent, _sent + 1);
        }
    }
}
