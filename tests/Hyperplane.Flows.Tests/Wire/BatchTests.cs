using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Wire;

public sealed class BatchTests
{
    private const string Record =
        "0a140002" + "c6120001" + "0405" + "0050" + "0a1e0065" + "c6130001" + "1f90" + "0805" + "01000000" + "02000000"
        + "4d00000000000000" + "4e00000000000100" + "03000000" + "04000000" + "0100" + "5e01" + "06" + "01" + "0000";

    public static TheoryData<FlowOpKind, string> Golden
    {
        get
        {
            var golden = new TheoryData<FlowOpKind, string>();
            foreach (FlowOpKind kind in Enum.GetValues<FlowOpKind>())
            {
                golden.Add(kind, FlowOps.BodyOf(kind) switch
                {
                    FlowOpBody.Record => Record,
                    FlowOpBody.Key => "0a140002" + "c6120001" + "0405" + "0050" + "06000000",
                    FlowOpBody.View => "8877665544332211",
                    _ => "",
                });
            }
            return golden;
        }
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Every_operation_is_on_the_wire_as_written_down(FlowOpKind kind, string body)
    {
        var writer = new BatchWriter();
        Add(writer, Op(kind, 0xa1b2_c3d4));
        bool hasView = FlowOps.BodyOf(kind) == FlowOpBody.View;
        string header = $"{(byte)kind:x2}{(hasView ? "030000" + "00000000" : "000000" + "d4c3b2a1")}";
        Assert.Equal(header + body, Convert.ToHexStringLower(writer.Written));
    }

    [Theory]
    [InlineData(FlowOpKind.Put, false,
        "0201000001000000" + "00000000000000000000ffff0a140002" + "00000000000000000000ffffc6120001"
        + "20010db80000000000000000" + "0a1e0065" + "20010db80000000000000000" + "c6130001"
        + "040500501f900805" + "0100000002000000" + "4d00000000000000" + "4e00000000000100" + "0300000004000000"
        + "01005e01" + "06010000" + "00000000000000000000000000000000")]
    [InlineData(FlowOpKind.LookUp, true,
        "0301000001000000" + "20010db80000000000000000" + "0a140002" + "20010db80000000000000000" + "c6120001"
        + "04050050" + "06000000")]
    public void What_has_to_do_with_IPv6_is_flagged_and_whole(FlowOpKind kind, bool ofClient, string bytes)
    {
        FlowOp op = Op(kind, 1);
        op.Record = ofClient ? Sample.ToIpv6(op.Record) : Sample.ToIpv6Target(op.Record);
        op.Key = Sample.ToIpv6(Op(FlowOpKind.Put, 1).Record).Forward;
        var writer = new BatchWriter();
        Add(writer, op);
        Assert.Equal(bytes, Convert.ToHexStringLower(writer.Written));
        Assert.Equal(Text(op with { Flags = 1, Record = kind == FlowOpKind.Put ? op.Record : default,
            Key = kind == FlowOpKind.LookUp ? op.Key : default }), Text(Assert.Single(ReadAll(writer.Written, out _))));
    }

    [Theory]
    [InlineData("00000000000000000000ffff0a140002", "00000000000000000000ffffc6120001")]
    [InlineData("00000000000000000000ffff0a140002", "20010db8000000000000000000000001")]
    public void A_key_has_one_form_and_one_family(string source, string destination)
    {
        byte[] bytes = Convert.FromHexString("0301000001000000" + source + destination + "0405005006000000");
        Assert.Empty(ReadAll(bytes, out string? defect));
        Assert.Equal("a key contradicts itself", defect);
    }

    [Fact]
    public void The_numbers_of_operations_are_the_wires()
    {
        Assert.Equal(
            [
                (1, "Decide"), (2, "Put"), (3, "LookUp"), (4, "Claim"), (5, "Won"), (6, "Lost"), (7, "Found"),
                (8, "Nothing"), (9, "Ack"), (10, "Full"), (11, "Newer"), (12, "PortFreed"), (13, "NotMine"),
                (14, "Status"), (15, "Synchronised"),
            ],
            Enum.GetValues<FlowOpKind>().Select(kind => ((int)kind, kind.ToString())));
    }

    [Fact]
    public void Whatever_is_written_is_read_again_in_order()
    {
        FlowOpKind[] kinds = Enum.GetValues<FlowOpKind>();
        for (int seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            var writer = new BatchWriter();
            var written = new List<FlowOp>();
            while (written.Count < chance.Next(1, 60) && !writer.IsFull)
            {
                FlowOp op = Op(kinds[chance.Next(kinds.Length)], (uint)chance.Next());
                if (chance.Next(2) == 0 && FlowOps.BodyOf(op.Kind) == FlowOpBody.Record)
                    (op.Record, op.Flags) = (Sample.ToIpv6(op.Record), FlowOps.Wide);
                Add(writer, op);
                written.Add(op);
            }
            Assert.Equal(written.Select(Text), ReadAll(writer.Written, out string? defect).Select(Text));
            Assert.Null(defect);
        }
    }

    [Fact]
    public void Any_bytes_end_in_a_verdict() =>
        Prop.ForAll<byte[]>(bytes => HasVerdict(bytes ?? [])).QuickCheckThrowOnFailure();

    [Fact]
    public void A_batch_with_any_byte_changed_or_cut_off_anywhere_ends_in_a_verdict()
    {
        var writer = new BatchWriter();
        foreach (FlowOpKind kind in Enum.GetValues<FlowOpKind>())
            Add(writer, Op(kind, 7));
        writer.Add(FlowOpKind.Put, 7, Sample.ToIpv6(Op(FlowOpKind.Put, 7).Record));
        writer.Add(FlowOpKind.LookUp, 7, Sample.ToIpv6(Op(FlowOpKind.Put, 7).Record).Forward);
        byte[] whole = writer.Written.ToArray();
        for (int i = 0; i < whole.Length; i++)
        {
            Assert.True(HasVerdict(whole[..i]));
            byte[] changed = [.. whole];
            changed[i] ^= 0x41;
            Assert.True(HasVerdict(changed));
        }
    }

    [Theory]
    [InlineData("01", "a header is cut off")]
    [InlineData("ff00000000000000", "an operation of an unknown kind")]
    [InlineData("0900010000000000", "a reserved byte is not zero")]
    [InlineData("0300000000000000", "a body is cut off")]
    [InlineData("03000000000000000a140002c61200010405005001000000", "a key of an unknown protocol")]
    public void A_defect_is_named(string bytes, string defect)
    {
        Assert.Empty(ReadAll(Convert.FromHexString(bytes), out string? named));
        Assert.Equal(defect, named);
    }

    [Theory]
    [InlineData("state", 61, 0)]
    [InlineData("state", 61, 5)]
    [InlineData("protocol", 60, 1)]
    [InlineData("owner", 56, 0)]
    [InlineData("reserved", 62, 1)]
    public void A_record_that_contradicts_itself_is_refused(string field, int offset, byte value)
    {
        var writer = new BatchWriter();
        Add(writer, Op(FlowOpKind.Put, 1));
        byte[] bytes = writer.Written.ToArray();
        bytes[FlowOps.HeaderBytes + offset] = value;
        Assert.Empty(ReadAll(bytes, out string? defect));
        Assert.True(defect == "a record contradicts itself", field);
    }

    [Fact]
    public void A_writer_says_that_it_is_full_before_an_operation_would_not_fit()
    {
        var writer = new BatchWriter(capacityBytes: 2 * 72 + 135);
        int ops = 0;
        for (; !writer.IsFull; ops++)
            Add(writer, Op(FlowOpKind.Put, 1));
        Assert.Equal((2, 144), (ops, writer.Written.Length));
        writer.Clear();
        Assert.True(writer is { IsEmpty: true, IsFull: false });
    }

    private static bool HasVerdict(byte[] bytes)
    {
        List<FlowOp> ops = ReadAll(bytes, out string? defect);
        int readBytes = ops.Sum(op => FlowOps.HeaderBytes + FlowOps.BodyBytes(op.Kind, op.Flags));
        return defect is null ? readBytes == bytes.Length : readBytes < bytes.Length;
    }

    private static List<FlowOp> ReadAll(ReadOnlySpan<byte> bytes, out string? defect)
    {
        var ops = new List<FlowOp>();
        var reader = new BatchReader(bytes);
        while (reader.TryRead(out FlowOp op))
            ops.Add(op);
        defect = reader.Defect;
        return ops;
    }

    private static FlowOp Op(FlowOpKind kind, uint tag)
    {
        FlowRecord record = Sample.Record(5, 1, 77, port: 2_053) with
        {
            Incarnation = 0x0001_0000_0000_004e, Epoch = 3, HeaderSequence = 4,
            Client = new(0x0200_140a), Vip = new(0x0100_12c6), Snat = new(0x0100_13c6),
        };
        return FlowOps.BodyOf(kind) switch
        {
            FlowOpBody.Record => new FlowOp { Kind = kind, Tag = tag, Record = record },
            FlowOpBody.Key => new FlowOp { Kind = kind, Tag = tag, Key = record.Forward },
            FlowOpBody.View => new FlowOp { Kind = kind, Flags = 3, View = 0x1122_3344_5566_7788 },
            _ => new FlowOp { Kind = kind, Tag = tag },
        };
    }

    private static void Add(BatchWriter writer, in FlowOp op)
    {
        switch (FlowOps.BodyOf(op.Kind))
        {
            case FlowOpBody.Record:
                writer.Add(op.Kind, op.Tag, op.Record);
                break;
            case FlowOpBody.Key:
                writer.Add(op.Kind, op.Tag, op.Key);
                break;
            case FlowOpBody.View:
                writer.Add(op.Kind, (NodeFlags)op.Flags, op.View);
                break;
            default:
                writer.Add(op.Kind, op.Tag);
                break;
        }
    }

    private static string Text(FlowOp op) => $"{op.Kind} {op.Flags} {op.Tag} {op.Key} {op.View} {op.Record}";
}
