using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Hyperplane.Bgp.Tests.Simulation;

/// <summary>
/// A small router of its own making: it shares no code with the speaker, so that both cannot be wrong alike.
/// </summary>
/// <remarks>Any breach of the protocol by the speaker throws: the simulation is there to find it.</remarks>
internal sealed class ReferencePeer(Random random)
{
    private const int HoldMs = 9_000;

    private readonly List<byte> _input = [];
    private readonly List<byte> _output = [];
    private int _messagesSeen;
    private bool _ended;
    private long _holdAtMs;
    private long _keepaliveAtMs;

    /// <summary>What it believes: prefix to attributes, as text.</summary>
    public SortedDictionary<string, string> Rib { get; } = new(StringComparer.Ordinal);

    /// <summary>True once both sides have said OPEN and KEEPALIVE.</summary>
    public bool Established => !_ended && _messagesSeen >= 2;

    public int EndsOfRib { get; private set; }

    /// <summary>True when it has closed the connection, or wants to.</summary>
    public bool Ended => _ended;

    public long NextWakeupMs => _ended ? long.MaxValue : Math.Min(_holdAtMs, _keepaliveAtMs);

    /// <summary>A new connection: all that was known from the old one is forgotten.</summary>
    public void Accept(long nowMs)
    {
        Forget();
        _ended = false;
        _messagesSeen = 0;
        _holdAtMs = nowMs + 60_000;
        _keepaliveAtMs = long.MaxValue;
        _output.AddRange(Wire.Open());
    }

    /// <summary>The connection is gone.</summary>
    public void Forget()
    {
        _ended = true;
        _input.Clear();
        _output.Clear();
        Rib.Clear();
        EndsOfRib = 0;
    }

    public byte[] TakeOutput()
    {
        byte[] bytes = [.. _output];
        _output.Clear();
        return bytes;
    }

    public void Receive(ReadOnlySpan<byte> bytes, long nowMs)
    {
        if (_ended)
            return;
        _input.AddRange(bytes);
        byte[] all = [.. _input];
        int at = 0;
        while (!_ended && all.Length - at >= 19)
        {
            int lengthBytes = (all[at + 16] << 8) | all[at + 17];
            bool marked = !all.AsSpan(at, 16).ContainsAnyExcept((byte)0xFF);
            Require(marked && lengthBytes is >= 19 and <= 4096, "a wrong header");
            if (all.Length - at < lengthBytes)
                break;
            OnMessage(all[at..(at + lengthBytes)], nowMs);
            at += lengthBytes;
        }

        if (!_ended)
            _input.RemoveRange(0, at);
    }

    public void OnTime(long nowMs)
    {
        if (_ended)
            return;
        if (nowMs >= _holdAtMs)
        {
            Say(3, "0400");
            _ended = true;
        }
        else if (nowMs >= _keepaliveAtMs)
        {
            Say(4, "");
            _keepaliveAtMs = nowMs + random.Next(2_000, 3_001);
        }
    }

    /// <summary>Says something a real router might say at any time.</summary>
    public void SayAnything()
    {
        if (!Established)
            return;
        switch (random.Next(5))
        {
            case 1:
                _output.AddRange(Wire.Update);
                break;
            case 2:
                Say(2, "0000 0004 40010109 18CB0071"); // malformed, to be survived
                break;
            case 0:
                Say(5, "0002 00 01");
                break;
            case 3:
                _output.AddRange(Wire.EndOfRib);
                break;
            default:
                Say(3, "0604"); // administrative reset
                _ended = true;
                break;
        }
    }

    /// <summary>Asks for all IPv4 routes again.</summary>
    public void AskAgain()
    {
        if (Established)
            _output.AddRange(Wire.Refresh);
    }

    private void OnMessage(byte[] message, long nowMs)
    {
        byte type = message[18];
        if (type == 3)
        {
            _ended = true;
            return;
        }

        byte expected = _messagesSeen switch { 0 => 1, 1 => 4, _ => type };
        Require(type == expected && (_messagesSeen < 2 || type is 2 or 4), $"type {type} as message {_messagesSeen}");
        _messagesSeen++;
        _holdAtMs = nowMs + HoldMs;
        if (type == 1)
        {
            Require(message[19] == 4 && message[22] == 0 && message[23] == 9, "a wrong OPEN");
            Say(4, "");
            _keepaliveAtMs = nowMs + 3_000;
        }
        else if (type == 2)
        {
            OnUpdate(message.AsSpan(19));
        }
    }

    private void OnUpdate(ReadOnlySpan<byte> body)
    {
        int withdrawnBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        ReadOnlySpan<byte> withdrawn = body.Slice(2, withdrawnBytes);
        body = body[(2 + withdrawnBytes)..];
        int attributeBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        ReadOnlySpan<byte> attributes = body.Slice(2, attributeBytes);
        ReadOnlySpan<byte> announced = body[(2 + attributeBytes)..];
        foreach (string prefix in Prefixes(withdrawn, 4))
            Require(Rib.Remove(prefix), $"{prefix} withdrawn but never announced");
        var words = new SortedDictionary<int, string>();
        List<string> six = [];
        bool empty = withdrawn.IsEmpty && announced.IsEmpty;
        for (ReadOnlySpan<byte> rest = attributes; !rest.IsEmpty;)
        {
            bool extended = (rest[0] & 0x10) != 0;
            int valueBytes = extended ? BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) : rest[2];
            ReadOnlySpan<byte> value = rest.Slice(extended ? 4 : 3, valueBytes);
            if (rest[1] == 14)
            {
                words[3] = Convert.ToHexString(value.Slice(4, 16));
                six = Prefixes(value[21..], 16);
            }
            else if (rest[1] == 15)
            {
                foreach (string prefix in Prefixes(value[3..], 16))
                    Require(Rib.Remove(prefix), $"{prefix} withdrawn but never announced");
                empty &= value.Length == 3;
            }
            else
            {
                words[rest[1]] = Convert.ToHexString(value);
                empty = false;
            }

            rest = rest[((extended ? 4 : 3) + valueBytes)..];
        }

        if (empty && six.Count == 0)
            EndsOfRib++;
        string text = string.Join(' ', words.Select(static w => $"{w.Key}={w.Value}"));
        foreach (string prefix in Prefixes(announced, 4).Concat(six))
            Rib[prefix] = text;
    }

    private static List<string> Prefixes(ReadOnlySpan<byte> list, int addressBytes)
    {
        List<string> prefixes = [];
        byte[] address = new byte[addressBytes];
        while (!list.IsEmpty)
        {
            int valueBytes = (list[0] + 7) / 8;
            Array.Clear(address);
            list.Slice(1, valueBytes).CopyTo(address);
            prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(address)}/{list[0]}"));
            list = list[(1 + valueBytes)..];
        }

        return prefixes;
    }

    private void Say(byte type, string body) => _output.AddRange(Wire.Message(type, body));

    private static void Require(bool kept, string breach)
    {
        if (!kept)
            throw new InvalidOperationException($"the speaker sent {breach}");
    }
}
