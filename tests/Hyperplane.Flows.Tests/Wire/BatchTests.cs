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
                golden.Add(kind, FlowOps.BodyBytes(kind) switch
                {
                    FlowRecord4.Bytes => Record,
                    FlowOps.KeyBytes => "0a140002" + "c6120001" + "0405" + "0050" + "06000000",
                    FlowOps.ViewBytes => "8877665544332211",
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
        bool hasView = FlowOps.BodyBytes(kind) == FlowOps.ViewBytes;
        string header = $"{(byte)kind:x2}{(hasView ? "030000" + "00000000" : "000000" + "d4c3b2a1")}";
        Assert.Equal(header + body, Convert.ToHexStringLower(writer.Written));
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
        var writer = new BatchWriter(capacityBytes: 200);
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
        int readBytes = ops.Sum(op => FlowOps.HeaderBytes + FlowOps.BodyBytes(op.Kind));
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
        FlowRecord4 record = Sample.Record(5, 1, 77, port: 2_053) with
        {
            Incarnation = 0x0001_0000_0000_004e, Epoch = 3, SequenceDelta = 4,
            ClientBe = 0x0200_140a, VipBe = 0x0100_12c6, SnatBe = 0x0100_13c6,
        };
        return FlowOps.BodyBytes(kind) switch
        {
            FlowRecord4.Bytes => new FlowOp { Kind = kind, Tag = tag, Record = record },
            FlowOps.KeyBytes => new FlowOp { Kind = kind, Tag = tag, Key = record.Forward },
            FlowOps.ViewBytes => new FlowOp { Kind = kind, Flags = 3, View = 0x1122_3344_5566_7788 },
            _ => new FlowOp { Kind = kind, Tag = tag },
        };
    }

    private static void Add(BatchWriter writer, in FlowOp op)
    {
        switch (FlowOps.BodyBytes(op.Kind))
        {
            case FlowRecord4.Bytes:
                writer.Add(op.Kind, op.Tag, op.Record);
                break;
            case FlowOps.KeyBytes:
                writer.Add(op.Kind, op.Tag, op.Key);
                break;
            case FlowOps.ViewBytes:
                writer.Add(op.Kind, (NodeFlags)op.Flags, op.View);
                break;
            default:
                writer.Add(op.Kind, op.Tag);
                break;
        }
    }

    private static string Text(FlowOp op) => $"{op.Kind} {op.Flags} {op.Tag} {op.Key} {op.View} {op.Record}";
}
