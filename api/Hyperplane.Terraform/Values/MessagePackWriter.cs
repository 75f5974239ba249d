using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hyperplane.Terraform.Values;

/// <summary>Writes the part of MessagePack (msgpack.org, spec.md) that Terraform's values use, in its shortest
/// forms.</summary>
internal sealed class MessagePackWriter
{
    private readonly ArrayBufferWriter<byte> _out = new(256);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _out.WrittenSpan;

    /// <summary>Nil.</summary>
    public void Null() => Byte(0xc0);

    /// <summary>An unknown value: extension 0 with a byte that says nothing.</summary>
    public void Unknown() => _out.Write((ReadOnlySpan<byte>)[0xd4, 0, 0]);

    /// <summary>True or false.</summary>
    public void Truth(bool value) => Byte(value ? (byte)0xc3 : (byte)0xc2);

    /// <summary>A whole number.</summary>
    public void Whole(long value)
    {
        switch (value)
        {
            case >= -32 and <= 127:
                Byte(unchecked((byte)value));
                break;
            case >= 0 and <= byte.MaxValue:
                Byte(0xcc);
                Byte((byte)value);
                break;
            case >= short.MinValue and <= short.MaxValue:
                Byte(0xd1);
                Short((ushort)value);
                break;
            case >= int.MinValue and <= int.MaxValue:
                Byte(0xd2);
                Int((uint)value);
                break;
            default:
                Byte(0xd3);
                Long((ulong)value);
                break;
        }
    }

    /// <summary>A number of 64 bits.</summary>
    public void Real(double value)
    {
        Byte(0xcb);
        Long((ulong)BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>A text.</summary>
    public void Text(string value)
    {
        int bytes = Encoding.UTF8.GetByteCount(value);
        if (bytes <= 31)
            Byte((byte)(0xa0 | bytes));
        else if (bytes <= byte.MaxValue)
        {
            Byte(0xd9);
            Byte((byte)bytes);
        }
        else
            Long(bytes, 0xda, 0xdb);
        Encoding.UTF8.GetBytes(value, _out);
    }

    /// <summary>The head of an array.</summary>
    public void Array(int count)
    {
        if (count <= 15)
            Byte((byte)(0x90 | count));
        else
            Long(count, 0xdc, 0xdd);
    }

    /// <summary>The head of a map.</summary>
    public void Map(int count)
    {
        if (count <= 15)
            Byte((byte)(0x80 | count));
        else
            Long(count, 0xde, 0xdf);
    }

    private void Long(int count, byte shortForm, byte longForm)
    {
        if (count <= ushort.MaxValue)
        {
            Byte(shortForm);
            Short((ushort)count);
        }
        else
        {
            Byte(longForm);
            Int((uint)count);
        }
    }

    private void Byte(byte value)
    {
        _out.GetSpan(1)[0] = value;
        _out.Advance(1);
    }

    private void Short(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_out.GetSpan(2), value);
        _out.Advance(2);
    }

    private void Int(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_out.GetSpan(4), value);
        _out.Advance(4);
    }

    private void Long(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_out.GetSpan(8), value);
        _out.Advance(8);
    }
}
