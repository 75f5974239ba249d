using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>How many queues an interface uses, by ethtool's call (netlink tells only how many it could use).</summary>
internal static unsafe partial class Channels
{
    private const nuint EthtoolRequest = 0x8946;
    private const uint GetChannels = 0x3c;
    private const int NameBytes = 16;
    private const int ChannelWords = 9;
    private const int ReceiveWord = 5;
    private const int TransmitWord = 6;
    private const int CombinedWord = 8;
    private const int FamilyInternet = 2;
    private const int Datagram = 2;

    /// <summary>Queues in use; null when the driver does not tell.</summary>
    /// <param name="name">Ends with a zero, at most 16 bytes with it.</param>
    public static QueueCounts? InUse(ReadOnlySpan<byte> name)
    {
        int socket = LibC.Socket(FamilyInternet, Datagram | LibC.SocketCloseOnExec, 0);
        if (socket < 0)
            throw LibC.Failure("opening a socket to ask for an interface's queues");
        // SAFETY: struct ifreq is 40 bytes: the name, then a pointer to struct ethtool_channels, nine words; all on
        // the stack.
        uint* channels = stackalloc uint[ChannelWords];
        new Span<uint>(channels, ChannelWords).Clear();
        channels[0] = GetChannels;
        byte* request = stackalloc byte[40];
        var bytes = new Span<byte>(request, 40);
        bytes.Clear();
        name.CopyTo(bytes[..NameBytes]);
        *(uint**)(request + NameBytes) = channels;
        int error = Control(socket, EthtoolRequest, request);
        _ = LibC.Close(socket);
        var counts = new QueueCounts(
            (int)(channels[ReceiveWord] + channels[CombinedWord]),
            (int)(channels[TransmitWord] + channels[CombinedWord]));
        return error == 0 && counts.Receive > 0 ? counts : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, void* argument);
}
