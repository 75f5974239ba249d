using System.Buffers.Binary;
using System.Text;

namespace Hyperplane.Terraform.Values;

/// <summary>Reads MessagePack (msgpack.org, spec.md) token by token; throws <see cref="ValueException"/> on all that is
/// none, and takes no memory for what is only announced.</summary>
internal ref struct MessagePackReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Takes a nil if one is next.</summary>
    public bool TryNull() => TryTake(Peek() == 0xc0);

    /// <summary>Takes an extension of any type if one is next: an unknown value, perhaps with what is known of
    /// it.</summary>
    public bool TryUnknown()
    {
        int bodyBytes;
        switch (Peek())
        {
            case >= 0xd4 and <= 0xd8 and var fix:
                Take(1);
                bodyBytes = 1 << (fix - 0xd4);
                break;
            case 0xc7:
                Take(1);
                bodyBytes = Take(1)[0];
                break;
            case 0xc8:
                Take(1);
                bodyBytes = BinaryPrimitives.ReadUInt16BigEndian(Take(2));
                break;
            case 0xc9:
                Take(1);
                bodyBytes = Count(BinaryPrimitives.ReadUInt32BigEndian(Take(4)));
                break;
            default:
                return false;
        }

        Take(1);
        Take(bodyBytes);
        return true;
    }

    /// <summary>A text or binary.</summary>
    public string Text()
    {
        byte head = Take(1)[0];
        int count = head switch
        {
            >= 0xa0 and <= 0xbf => head & 0x1f,
            0xd9 or 0xc4 => Take(1)[0],
            0xda or 0xc5 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xdb or 0xc6 => Count(BinaryPrimitives.ReadUInt32BigEndian(Take(4))),
            _ => throw Unexpected(head, "a string"),
        };
        try
        {
            return Strict.GetString(Take(count));
        }
        catch (DecoderFallbackException e)
        {
            throw new ValueException("a string is not UTF-8", e);
        }
    }

    /// <summary>True or false.</summary>
    public bool Truth() => Take(1)[0] switch
    {
        0xc2 => false,
        0xc3 => true,
        byte head => throw Unexpected(head, "a bool"),
    };

    /// <summary>A number: an integer, a float or decimal digits.</summary>
    public Value Number()
    {
        byte head = Peek();
        if (head is >= 0xa0 and <= 0xbf or >= 0xd9 and <= 0xdb)
        {
            Value parsed = Value.ParseNumber(Text());
            return parsed.IsNull ? throw new ValueException("a string is no number") : parsed;
        }

        Take(1);
        return head switch
        {
            <= 0x7f => Value.Number(head),
            >= 0xe0 => Value.Number((sbyte)head),
            0xca => Finite(BinaryPrimitives.ReadSingleBigEndian(Take(4))),
            0xcb => Finite(BinaryPrimitives.ReadDoubleBigEndian(Take(8))),
            0xcc => Value.Number(Take(1)[0]),
            0xcd => Value.Number(BinaryPrimitives.ReadUInt16BigEndian(Take(2))),
            0xce => Value.Number(BinaryPrimitives.ReadUInt32BigEndian(Take(4))),
            0xcf => Unsigned(BinaryPrimitives.ReadUInt64BigEndian(Take(8))),
            0xd0 => Value.Number((sbyte)Take(1)[0]),
            0xd1 => Value.Number(BinaryPrimitives.ReadInt16BigEndian(Take(2))),
            0xd2 => Value.Number(BinaryPrimitives.ReadInt32BigEndian(Take(4))),
            0xd3 => Value.Number(BinaryPrimitives.ReadInt64BigEndian(Take(8))),
            _ => throw Unexpected(head, "a number"),
        };
    }

    /// <summary>The head of an array: how many elements follow.</summary>
    public int Array() => Head(0x90, 0xdc, "a list");

    /// <summary>The head of a map: how many pairs follow.</summary>
    public int Map() => Head(0x80, 0xde, "a map");

    private int Head(byte fix, byte shortForm, string what)
    {
        byte head = Take(1)[0];
        if ((head & 0xf0) == fix)
            return head & 0x0f;
        if (head == shortForm)
            return BinaryPrimitives.ReadUInt16BigEndian(Take(2));
        if (head == shortForm + 1)
            return Count(BinaryPrimitives.ReadUInt32BigEndian(Take(4)));
        throw Unexpected(head, what);
    }

    /// <summary>Each byte, element or pair takes at least one byte: more cannot follow than there are.</summary>
    private readonly int Count(uint count) =>
        count <= (uint)_rest.Length ? (int)count : throw new ValueException("more is announced than there is");

    private static Value Finite(double number) =>
        double.IsFinite(number) ? Value.Real(number) : throw new ValueException("a number is not finite");

    private static Value Unsigned(ulong number) =>
        number <= long.MaxValue ? Value.Number((long)number) : Value.ParseNumber(number.ToString());

    private static ValueException Unexpected(byte head, string wanted) =>
        new($"0x{head:x2} is where {wanted} should be");

    private readonly byte Peek() => _rest.IsEmpty ? throw new ValueException("the value ends too soon") : _rest[0];

    private bool TryTake(bool isThere)
    {
        if (isThere)
            _rest = _rest[1..];
        return isThere;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new ValueException("the value ends too soon");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
