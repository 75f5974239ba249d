using System.Diagnostics;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Kernel;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Whole frames to and from an interface (AF_PACKET); made on a thread inside its namespace.</summary>
internal sealed unsafe partial class RawSocket : IDisposable
{
    private const int Family = 17;
    private const int AllProtocolsBe = 0x0300;
    private const int PacketOutgoing = 4;
    private readonly int _descriptor;

    public RawSocket(string device)
    {
        _descriptor = LibC.Socket(Family, LibC.SocketRaw | LibC.SocketCloseOnExec, AllProtocolsBe);
        Assert.True(_descriptor >= 0);
        // SAFETY: struct sockaddr_ll, 20 bytes on the stack.
        byte* address = stackalloc byte[20];
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = Family;
        *(ushort*)(address + 2) = AllProtocolsBe;
        *(uint*)(address + 4) = LibC.InterfaceIndex(device);
        Assert.Equal(0, LibC.Bind(_descriptor, address, 20));
    }

    public void Send(ReadOnlySpan<byte> frame)
    {
        // SAFETY: pinned for the call.
        fixed (byte* data = frame)
            Assert.Equal(frame.Length, LibC.SendTo(_descriptor, data, (nuint)frame.Length, 0, null, 0));
    }

    /// <summary>The next frame that came from the other side and that <paramref name="wanted"/> takes; null after 5
    /// s.</summary>
    public byte[]? Receive(Func<byte[], bool> wanted)
    {
        long start = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[4_096];
        byte* address = stackalloc byte[20];
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 5)
        {
            PollDescriptor poll = new() { Descriptor = _descriptor, Events = LibC.PollIn };
            if (LibC.Poll(&poll, 1, 100) <= 0)
                continue;
            uint addressBytes = 20;
            nint length;
            // SAFETY: pinned for the call; the kernel writes at most 4,096 bytes and a sockaddr_ll.
            fixed (byte* data = buffer)
                length = ReceiveFrom(_descriptor, data, (nuint)buffer.Length, 0, address, &addressBytes);
            if (length > 0 && address[10] != PacketOutgoing && wanted(buffer[..(int)length]))
                return buffer[..(int)length];
        }

        return null;
    }

    public void Dispose() => _ = LibC.Close(_descriptor);

    [LibraryImport("libc", EntryPoint = "recvfrom")]
    private static partial nint ReceiveFrom(
        int descriptor, void* data, nuint bytes, int flags, void* address, uint* addressBytes);
}
