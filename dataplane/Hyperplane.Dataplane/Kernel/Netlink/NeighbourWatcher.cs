using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;
using static Hyperplane.Dataplane.Kernel.Netlink.NetlinkConstants;

namespace Hyperplane.Dataplane.Kernel.Netlink;

/// <summary>Keeps a <see cref="NextHopTable"/> as the kernel sees its neighbours, and has the kernel resolve those it
/// needs.</summary>
/// <remarks>
/// The kernel tells of every change (RTNLGRP_NEIGH); each next hop is also asked for when it is new, every second
/// while it is unresolved or stale, and every 30 s anyway, at most 512 a second. When the answer is no usable
/// address, or a stale one, NTF_USE makes the kernel send ARP, or a solicitation, as for a packet of its own (not
/// before: it would take a permanent entry's address away).
/// </remarks>
internal sealed unsafe class NeighbourWatcher : IDisposable
{
    private const int TickMs = 1_000;
    private const int AllEveryTicks = 30;
    private const int AsksPerTick = 512;
    private const int EventFlags = 0x80800;
    private readonly NextHopTable _table;
    private readonly InterfaceInfo _link;
    private readonly TimeProvider _time;
    private readonly NetlinkSocket _socket;
    private readonly int _wakeup;
    private readonly Thread _thread;
    private readonly HashSet<Subnet> _subnets;
    private readonly HashSet<uint> _stale = [];
    private uint _askedUpTo = 1;
    private uint _cursor = 1;
    private int _ticks;
    private bool _stopping;
    private string? _fault;

    /// <summary>Starts its thread; made on a thread in the interface's namespace.</summary>
    public NeighbourWatcher(NextHopTable table, InterfaceInfo link, TimeProvider time)
    {
        _table = table;
        _link = link;
        _time = time;
        _subnets = [.. link.Subnets];
        _socket = new NetlinkSocket(GroupLink | GroupNeighbour | GroupIpv4Address | GroupIpv6Address);
        _wakeup = LibC.EventDescriptor(0, EventFlags);
        if (_wakeup < 0)
        {
            _socket.Dispose();
            throw LibC.Failure("making an event descriptor");
        }

        _thread = new Thread(Run) { Name = "neighbours", IsBackground = true };
        table.Wanted = Wake;
        _thread.Start();
    }

    /// <summary>Why it stopped by itself; null while it works.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Volatile.Read(ref _stopping))
            return;
        _table.Wanted = () => { };
        Volatile.Write(ref _stopping, true);
        Wake();
        _thread.Join();
        _socket.Dispose();
        _ = LibC.Close(_wakeup);
    }

    private void Wake()
    {
        ulong one = 1;
        // SAFETY: eight bytes on the stack.
        _ = LibC.Write(_wakeup, &one, sizeof(ulong));
    }

    private void Run()
    {
        try
        {
            byte[] buffer = new byte[NetlinkSocket.BufferBytes];
            long tick = _time.GetTimestamp();
            while (!Volatile.Read(ref _stopping))
            {
                WaitForWork(TickMs - (int)_time.GetElapsedTime(tick).TotalMilliseconds);
                TakeNews(buffer);
                AskForNew();
                if (_time.GetElapsedTime(tick).TotalMilliseconds < TickMs)
                    continue;
                tick = _time.GetTimestamp();
                AskAgain();
            }
        }
        catch (Exception failure)
        {
            // The thread's edge: the host shows the fault by IsAlive, and the packet path goes on with what is known.
            Volatile.Write(ref _fault, failure.Message);
        }
    }

    private void WaitForWork(int timeoutMs)
    {
        // SAFETY: two descriptors and eight bytes on the stack.
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = _socket.Descriptor, Events = LibC.PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = _wakeup, Events = LibC.PollIn };
        ulong wakeups;
        if (LibC.Poll(descriptors, 2, Math.Max(timeoutMs, 0)) > 0 && descriptors[1].Returned != 0)
            _ = LibC.Read(_wakeup, &wakeups, sizeof(ulong));
    }

    private void TakeNews(byte[] buffer)
    {
        int bytes;
        while ((bytes = _socket.Receive(buffer)) != 0)
        {
            if (bytes == -LibC.NoBufferSpaceError)
                _askedUpTo = 1;
            else if (bytes < 0 && bytes != -LibC.InterruptedError)
                throw new KernelException("listening for neighbours", bytes, "");
            var reader = new NetlinkReader(buffer.AsSpan(0, Math.Max(bytes, 0)));
            while (reader.Read())
                Take(reader.Type, reader.Sequence, reader.Payload);
        }
    }

    private void Take(ushort type, uint sequence, ReadOnlySpan<byte> payload)
    {
        if (type is NewNeighbour or DeleteNeighbour)
            TakeNeighbour(type, sequence != 0, payload);
        else if (type == MessageError && sequence != 0 && NetlinkReader.Error(payload) != 0)
            Learn(_table.Address(sequence), 0, 0, isAnswer: true);
        else if (type is NewAddress or DeleteAddress && Subnet.TryRead(payload, _link.Index, out Subnet subnet))
            TakeSubnet(subnet, type == NewAddress);
        else if (type is NewLink or DeleteLink && payload.Length >= LinkHeaderBytes
            && MemoryMarshal.Read<int>(payload[4..]) == _link.Index && payload[0] == 0)
            TakeLink(type, payload);
    }

    private void TakeNeighbour(ushort type, bool isAnswer, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> address = NetlinkReader.Attribute(payload, NeighbourHeaderBytes, NeighbourDestination);
        if (!NeighbourAddress.TryRead(payload, address, out PacketAddress neighbour)
            || MemoryMarshal.Read<int>(payload[4..]) != _link.Index)
            return;
        ushort state = type == NewNeighbour ? MemoryMarshal.Read<ushort>(payload[8..]) : (ushort)0;
        ulong mac = (state & NeighbourUsable) != 0
            ? MacAddress.Read(NetlinkReader.Attribute(payload, NeighbourHeaderBytes, NeighbourLinkAddress))
            : 0;
        Learn(neighbour, mac, state, isAnswer);
    }

    private void Learn(in PacketAddress address, ulong mac, ushort state, bool isAnswer)
    {
        _table.Learn(address, mac);
        uint index = _table.Find(address);
        bool isStale = (state & NeighbourStale) != 0;
        if (index != 0 && isStale)
            _stale.Add(index);
        else
            _stale.Remove(index);
        if (isAnswer && (mac == 0 || isStale))
            Resolve(address);
    }

    private void TakeSubnet(Subnet subnet, bool isThere)
    {
        if (isThere ? _subnets.Add(subnet) : _subnets.Remove(subnet))
            _table.UseSubnets(_subnets);
    }

    private void TakeLink(ushort type, ReadOnlySpan<byte> payload)
    {
        if (type == DeleteLink)
            throw new KernelException($"the interface {_link.Name} is gone");
        _table.UseSource(MacAddress.Read(NetlinkReader.Attribute(payload, LinkHeaderBytes, LinkAddress)));
    }

    private void AskForNew()
    {
        for (; _askedUpTo < (uint)_table.Count; _askedUpTo++)
            Ask(_askedUpTo);
    }

    private void AskAgain()
    {
        bool all = ++_ticks % AllEveryTicks == 0;
        int asks = AsksPerTick;
        for (int left = _table.Count - 1; left > 0 && asks > 0; left--)
        {
            _cursor = _cursor + 1 < (uint)_table.Count ? _cursor + 1 : 1;
            if (!all && _table.IsKnown(_cursor) && !_stale.Contains(_cursor))
                continue;
            Ask(_cursor);
            asks--;
        }
    }

    /// <summary>Has the kernel say what it knows; an error answers with the index as its sequence.</summary>
    private void Ask(uint index) => Send(GetNeighbour, 0, index, 0, _table.Address(index));

    /// <summary>Has the kernel find out; the outcome comes as a notification.</summary>
    private void Resolve(in PacketAddress address) => Send(NewNeighbour, FlagCreate, 0, NeighbourUse, address);

    /// <summary>What cannot be sent now is asked again at the next tick.</summary>
    private void Send(ushort type, ushort flags, uint sequence, byte neighbourFlags, in PacketAddress address)
    {
        Span<byte> attribute = stackalloc byte[NeighbourAddress.MaxBytes];
        attribute = attribute[..NeighbourAddress.Write(address, attribute)];
        Span<byte> room = stackalloc byte[NetlinkRequest.MaxBytes];
        var request = new NetlinkRequest(room, type, flags, sequence, NeighbourHeaderBytes, out Span<byte> header);
        header[0] = NeighbourAddress.Family(address);
        MemoryMarshal.Write(header[4..], _link.Index);
        header[10] = neighbourFlags;
        request.Add(NeighbourDestination, attribute);
        _ = _socket.TrySend(request.Bytes);
    }
}
