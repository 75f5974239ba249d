using System.Runtime.InteropServices;
using System.Text;
using static Hyperplane.Dataplane.Kernel.Netlink.NetlinkConstants;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>What the dataplane has to know of its interface before it starts.</summary>
/// <param name="Name">As in the options.</param>
/// <param name="Index">Right only in its namespace.</param>
/// <param name="Mac">In the low 48 bits of a little-endian word.</param>
/// <param name="MtuBytes">Without the Ethernet header.</param>
/// <param name="ReceiveQueues">Queues in use.</param>
/// <param name="TransmitQueues">Likewise.</param>
/// <param name="Subnets">Its subnets, of both families.</param>
internal sealed record InterfaceInfo(
    string Name, int Index, ulong Mac, int MtuBytes, int ReceiveQueues, int TransmitQueues,
    IReadOnlyList<Subnet> Subnets)
{
    /// <summary>Asks the kernel; on a thread in the interface's namespace.</summary>
    /// <exception cref="KernelException">There is no such interface, or it is no Ethernet.</exception>
    public static InterfaceInfo Read(string name)
    {
        const int MaxNameBytes = 15;
        byte[] nameBytes = Encoding.UTF8.GetBytes(name + '\0');
        if (nameBytes.Length is < 2 or > MaxNameBytes + 1)
            throw new KernelException($"'{name}' is not an interface name: 1 to {MaxNameBytes} bytes");
        using var socket = new NetlinkSocket(0);
        (int index, ulong mac, int mtuBytes, QueueCounts could) = ReadLink(socket, name, nameBytes);
        if (mac == 0)
            throw new KernelException($"the interface {name} is no Ethernet: it has no MAC address");
        QueueCounts queues = Channels.InUse(nameBytes) ?? could;
        return new InterfaceInfo(
            name, index, mac, mtuBytes, queues.Receive, queues.Transmit, ReadSubnets(socket, index));
    }

    private static (int Index, ulong Mac, int MtuBytes, QueueCounts Queues) ReadLink(
        NetlinkSocket socket, string name, byte[] nameBytes)
    {
        Span<byte> room = stackalloc byte[NetlinkRequest.MaxBytes];
        var request = new NetlinkRequest(room, GetLink, 0, 1, LinkHeaderBytes, out _);
        request.Add(LinkName, nameBytes);
        (int, ulong, int, QueueCounts)? found = null;
        Ask(socket, request.Bytes, $"looking for the interface {name}", (type, payload) =>
        {
            if (type == NewLink && payload.Length >= LinkHeaderBytes)
                found = (
                    MemoryMarshal.Read<int>(payload[4..]),
                    MacAddress.Read(NetlinkReader.Attribute(payload, LinkHeaderBytes, LinkAddress)),
                    Number(NetlinkReader.Attribute(payload, LinkHeaderBytes, LinkMtu)),
                    new QueueCounts(
                        Number(NetlinkReader.Attribute(payload, LinkHeaderBytes, LinkReceiveQueues)),
                        Number(NetlinkReader.Attribute(payload, LinkHeaderBytes, LinkTransmitQueues))));
        });
        return found ?? throw new KernelException($"the kernel did not describe the interface {name}");
    }

    private static List<Subnet> ReadSubnets(NetlinkSocket socket, int index)
    {
        Span<byte> room = stackalloc byte[NetlinkRequest.MaxBytes];
        var request = new NetlinkRequest(room, GetAddress, FlagDump, 2, AddressHeaderBytes, out _);
        var subnets = new List<Subnet>();
        Ask(socket, request.Bytes, "listing the interface's addresses", (type, payload) =>
        {
            if (type == NewAddress && Subnet.TryRead(payload, index, out Subnet subnet))
                subnets.Add(subnet);
        });
        return subnets;
    }

    private delegate void MessageHandler(ushort type, ReadOnlySpan<byte> payload);

    /// <summary>Sends a request and waits for its whole answer: one message, or a dump up to its end.</summary>
    private static void Ask(NetlinkSocket socket, ReadOnlySpan<byte> request, string what, MessageHandler handler)
    {
        if (!socket.TrySend(request))
            throw LibC.Failure(what);
        bool isDump = (MemoryMarshal.Read<ushort>(request[6..]) & FlagDump) == FlagDump;
        byte[] buffer = new byte[NetlinkSocket.BufferBytes];
        bool ended = false;
        while (!ended)
        {
            int bytes = socket.Receive(buffer, wait: true);
            if (bytes < 0 && bytes != -LibC.InterruptedError)
                throw new KernelException(what, bytes, "");
            var reader = new NetlinkReader(buffer.AsSpan(0, Math.Max(bytes, 0)));
            while (!ended && reader.Read())
            {
                if (reader.Type == MessageError)
                    throw new KernelException(
                        what, NetlinkReader.Error(reader.Payload), "Is it in this network namespace?");
                ended = !isDump || reader.Type == MessageDone;
                handler(reader.Type, reader.Payload);
            }
        }
    }

    private static int Number(ReadOnlySpan<byte> value) =>
        value.Length >= sizeof(int) ? MemoryMarshal.Read<int>(value) : 0;
}
