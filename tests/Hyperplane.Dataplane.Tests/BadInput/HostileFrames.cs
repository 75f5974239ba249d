using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.BadInput;

/// <summary>An endless, seeded stream of valid frames, of frames in which one to four things are wrong or odd, and of
/// random bytes.</summary>
/// <remarks>Allocates nothing, so that what it feeds can be watched for that.</remarks>
internal sealed class HostileFrames(Random random, byte[][] pool)
{
    /// <summary>The longest frame, with room for what mutations add.</summary>
    public const int BufferBytes = 2_000;

    private const int LeastBytes = 14;
    private const int Type = 12;
    private const int Ip = 14;
    private const int HeaderBytes = 94;

    private static readonly ushort[] EtherTypes = [0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x0000, 0x05dc];
    private static readonly byte[] Protocols = [0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132, 135, 255];
    private static readonly byte[] Extensions = [0, 43, 44, 60, 51, 50, 59, 135];
    private static readonly byte[] OddOctets = [0, 127, 224, 240, 255, 10];

    private int _length;

    /// <summary>Writes the next frame; its length, 14 or more.</summary>
    /// <param name="buffer"><see cref="BufferBytes"/> or more.</param>
    public int Next(Span<byte> buffer)
    {
        int kind = random.Next(100);
        if (kind < 3)
            return Noise(buffer);
        byte[] from = pool[random.Next(pool.Length)];
        from.CopyTo(buffer);
        _length = from.Length;
        return kind < 25 ? _length : Mutate(buffer);
    }

    /// <summary>Makes one to four things of a frame odd; its new length.</summary>
    public int Mutate(Span<byte> buffer, int lengthBytes)
    {
        _length = lengthBytes;
        return Mutate(buffer);
    }

    private int Mutate(Span<byte> buffer)
    {
        for (int changes = 1 + (random.Next(3) == 0 ? random.Next(4) : 0); changes > 0; changes--)
            MutateOnce(buffer);
        if (random.Next(10) < 7)
            FixChecksums(buffer[.._length]);
        return _length;
    }

    private int Noise(Span<byte> buffer)
    {
        _length = random.Next(LeastBytes, BufferBytes - 100);
        random.NextBytes(buffer[.._length]);
        if (random.Next(3) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(buffer[Type..], EtherTypes[random.Next(2)]);
        if (random.Next(2) == 0 && _length > Ip)
            buffer[Ip] = buffer[Type] == 8 ? (byte)0x45 : (byte)0x60;
        return _length;
    }

    private void MutateOnce(Span<byte> buffer)
    {
        Span<byte> frame = buffer[.._length];
        int header = Math.Min(_length, HeaderBytes);
        switch (random.Next(17))
        {
            case 0:
                frame[random.Next(_length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                frame[random.Next(header)] = (byte)random.Next(256);
                break;
            case 2:
                _length = random.Next(LeastBytes, _length + 1);
                break;
            case 3:
                _length = random.Next(LeastBytes, Math.Min(header, 80) + 1);
                break;
            case 4:
                Extend(buffer);
                break;
            case 5:
                Exchange(frame[..header]);
                break;
            case 6 or 7:
                LieAboutLength(frame);
                break;
            case 8:
                Insert(buffer, Type, 4);
                BinaryPrimitives.WriteUInt16BigEndian(buffer[Type..], EtherTypes[3 + random.Next(2)]);
                break;
            case 9:
                Put(frame, Type, EtherTypes[random.Next(EtherTypes.Length)]);
                break;
            case 10:
                AddOptions(buffer);
                break;
            case 11:
                AddExtension(buffer);
                break;
            case 12:
                MakeFragment(frame);
                break;
            case 13:
                Put(frame, IsIpv6(frame) ? 21 : 22, (byte)random.Next(3));
                break;
            case 14:
                Put(frame, IsIpv6(frame) ? 20 : 23, Protocols[random.Next(Protocols.Length)]);
                break;
            case 15:
                MakeAddressOdd(frame);
                break;
            default:
                // TCP flags, mostly.
                Put(frame, IsIpv6(frame) ? 67 : 47, (byte)random.Next(256));
                break;
        }
    }

    private static bool IsIpv6(ReadOnlySpan<byte> frame) => frame[Type] == 0x86;

    private void Extend(Span<byte> buffer)
    {
        int bytes = Math.Min(random.Next(1, random.Next(8) == 0 ? 1_500 : 64), BufferBytes - 50 - _length);
        if (bytes <= 0)
            return;
        random.NextBytes(buffer.Slice(_length, bytes));
        _length += bytes;
    }

    /// <summary>Two pieces of the headers change places, as long as an address of either family or shorter.</summary>
    private void Exchange(Span<byte> header)
    {
        int bytes = Math.Min(1 << random.Next(5), header.Length / 2);
        int first = random.Next(header.Length - (2 * bytes) + 1);
        int second = random.Next(first + bytes, header.Length - bytes + 1);
        for (int i = 0; i < bytes; i++)
            (header[first + i], header[second + i]) = (header[second + i], header[first + i]);
    }

    /// <summary>In the IP header, the UDP or GUE one, or the place of TCP's data offset.</summary>
    private void LieAboutLength(Span<byte> frame)
    {
        int transport = IsIpv6(frame) ? 54 : 34;
        switch (random.Next(4))
        {
            case 0:
                Lie(frame, IsIpv6(frame) ? 18 : 16);
                break;
            case 1:
                Lie(frame, transport + 4);
                break;
            case 2:
                Put(frame, Ip, (byte)(((frame.Length > Ip ? frame[Ip] : 0) & 0xf0) | random.Next(16)));
                break;
            default:
                Put(frame, transport + 12, (byte)(random.Next(16) << 4));
                break;
        }
    }

    private void Lie(Span<byte> frame, int at)
    {
        if (at + 2 > frame.Length)
            return;
        ushort length = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        Put(frame, at, random.Next(4) switch
        {
            0 => (ushort)0,
            1 => ushort.MaxValue,
            2 => (ushort)random.Next(65_536),
            _ => (ushort)(length + random.Next(-40, 41)),
        });
    }

    /// <summary>IPv4 options, or what looks so, counted in the header's length or not.</summary>
    private void AddOptions(Span<byte> buffer)
    {
        if (IsIpv6(buffer) || _length < 34)
            return;
        int words = random.Next(1, 11);
        Insert(buffer, 34, words * 4);
        if (random.Next(2) == 0)
            buffer.Slice(34, words * 4).Fill(1);
        buffer[Ip] = (byte)(buffer[Ip] + words);
        if (random.Next(4) != 0)
            Put(buffer, 16, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(buffer[16..]) + (words * 4)));
    }

    /// <summary>An IPv6 extension header of any kind and any length of its own.</summary>
    private void AddExtension(Span<byte> buffer)
    {
        if (!IsIpv6(buffer) || _length < 54)
            return;
        int bytes = 8 * random.Next(1, 4);
        byte next = buffer[20];
        Insert(buffer, 54, bytes);
        buffer[20] = Extensions[random.Next(Extensions.Length)];
        buffer[54] = random.Next(8) == 0 ? Extensions[random.Next(Extensions.Length)] : next;
        if (random.Next(4) != 0)
            buffer[55] = buffer[20] switch
            {
                44 => (byte)0, 51 => (byte)((bytes / 4) - 2), _ => (byte)((bytes / 8) - 1),
            };
        if (random.Next(3) == 0)
            buffer.Slice(56, bytes - 2).Clear();
        if (random.Next(4) != 0)
            Put(buffer, 18, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(buffer[18..]) + bytes));
    }

    /// <summary>Of a few packets, so that pieces meet, follow and overlap.</summary>
    private void MakeFragment(Span<byte> frame)
    {
        if (frame.Length < 54 || IsIpv6(frame))
            return;
        Put(frame, 18, (ushort)random.Next(64));
        Put(frame, 20, (ushort)((random.Next(2) << 13) | (random.Next(3) == 0 ? random.Next(8_192) : random.Next(4))));
    }

    private void MakeAddressOdd(Span<byte> frame)
    {
        bool isIpv6 = IsIpv6(frame);
        int bytes = isIpv6 ? 16 : 4;
        int at = (isIpv6 ? 22 : 26) + (random.Next(3) == 0 ? bytes : 0);
        if (at + bytes > frame.Length)
            return;
        Span<byte> address = frame.Slice(at, bytes);
        if (random.Next(3) == 0)
        {
            int other = isIpv6 ? 22 + 38 - at : 26 + 30 - at;
            frame.Slice(other, Math.Min(bytes, frame.Length - other)).CopyTo(address);
            return;
        }
        byte octet = OddOctets[random.Next(OddOctets.Length)];
        if (random.Next(2) == 0)
            address.Fill(octet);
        else
            address[0] = octet;
        if (!isIpv6 || random.Next(2) == 0)
            return;
        address[..10].Clear();
        address[10..12].Fill(0xff);
    }

    private void Insert(Span<byte> buffer, int at, int bytes)
    {
        if (at > _length || _length + bytes > BufferBytes)
            return;
        buffer[at.._length].CopyTo(buffer[(at + bytes)..]);
        random.NextBytes(buffer.Slice(at, bytes));
        _length += bytes;
    }

    private static void Put(Span<byte> frame, int at, byte value)
    {
        if (at < frame.Length)
            frame[at] = value;
    }

    private static void Put(Span<byte> frame, int at, ushort value)
    {
        if (at + 2 <= frame.Length)
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], value);
    }

    /// <summary>Of the header, and of ICMP: what has a wrong one goes nowhere.</summary>
    private static void FixChecksums(Span<byte> frame)
    {
        if (frame.Length < 54)
            return;
        if (IsIpv6(frame))
        {
            Span<byte> message = frame[54..];
            if (frame[20] == 58 && message.Length >= 8)
                FixIcmp(message, InternetChecksum.Sum(frame[22..54]) + Network(58) + Network((ushort)message.Length));
            return;
        }
        int headerBytes = Math.Min((frame[Ip] & 15) * 4, frame.Length - Ip);
        if (headerBytes < 20)
            return;
        frame[24] = frame[25] = 0;
        MemoryMarshal.Write(frame[24..], InternetChecksum.Of(frame.Slice(Ip, headerBytes)));
        int end = Math.Min(Ip + BinaryPrimitives.ReadUInt16BigEndian(frame[16..]), frame.Length);
        if (frame[23] == 1 && end >= Ip + headerBytes + 8)
            FixIcmp(frame[(Ip + headerBytes)..end], 0);
    }

    private static void FixIcmp(Span<byte> message, ulong pseudoSum)
    {
        message[2] = message[3] = 0;
        MemoryMarshal.Write(
            message[2..], (ushort)~InternetChecksum.Fold(pseudoSum + InternetChecksum.Sum(message)));
    }

    private static ushort Network(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
