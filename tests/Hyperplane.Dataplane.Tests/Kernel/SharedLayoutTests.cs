using System.Reflection;
using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Sharing;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>Reads <c>bpf/hyperplane.h</c> and compares it with the types of user space.</summary>
public sealed class SharedLayoutTests
{
    private static readonly string Header =
        File.ReadAllText(Path.Combine(SourceTree.Root, "dataplane/bpf/hyperplane.h"));

    [Fact]
    public void Both_sides_count_with_the_same_names_and_numbers()
    {
        string[] names = Body("enum packet_counter")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] ours = Enum.GetValues<PacketCounter>().Select(c => "COUNTER_" + Snake(c.ToString())).ToArray();
        Assert.Equal([.. ours, "PACKET_COUNTERS"], names);
    }

    public static TheoryData<string, Type> SharedTypes => new()
    {
        { "flow_key4", typeof(FlowKey4) },
        { "flow_entry4", typeof(FlowEntry4) },
        { "flow_key6", typeof(FlowKey) },
        { "flow_entry6", typeof(FlowEntry) },
        { "flow_fin", typeof(FlowFin) },
        { "next_hop", typeof(NextHop) },
        { "relay_entry", typeof(RelayEntry) },
        { "peer", typeof(PeerEntry) },
        { "admission", typeof(AdmissionEntry) },
        { "own_prefix_key", typeof(OwnPrefixKey) },
        { "own_prefix_key6", typeof(OwnPrefixKey6) },
        { "config", typeof(ProgramConfig) },
        { "listener_count", typeof(ListenerCount) },
    };

    [Theory]
    [MemberData(nameof(SharedTypes))]
    public void Both_sides_lay_a_type_out_alike(string structure, Type type)
    {
        (Dictionary<string, int> offsets, int bytes) = Parse(structure);
        Assert.Equal(bytes, Marshal.SizeOf(type));
        const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (FieldInfo field in type.GetFields(Fields))
        {
            string name = Plain(field.Name);
            Assert.True(offsets.Remove(name, out int offset), $"{structure} has no {name}");
            Assert.Equal(offset, (int)Marshal.OffsetOf(type, field.Name));
        }

        Assert.All(offsets.Keys, rest => Assert.StartsWith("reserved", rest, StringComparison.Ordinal));
    }

    [Fact]
    public void Heartbeats_stand_64_bytes_apart_and_there_are_as_many()
    {
        Assert.Equal(64, Parse("heartbeat").Bytes);
        Assert.Contains($"#define MAX_PIPELINES {Heartbeats.Max}\n", Header, StringComparison.Ordinal);
    }

    private static (Dictionary<string, int> Offsets, int Bytes) Parse(string structure)
    {
        var offsets = new Dictionary<string, int>(StringComparer.Ordinal);
        int offset = 0;
        int largest = 1;
        foreach (string line in Body($"struct {structure}").Split('\n', StringSplitOptions.TrimEntries))
        {
            // An address is four words of 32 bits, a key ten.
            string plain = line.Replace("struct address ", "__be32 ", StringComparison.Ordinal)
                .Replace("struct flow_key6 ", "__u32 ", StringComparison.Ordinal);
            if (!plain.StartsWith("__", StringComparison.Ordinal))
                continue;
            string[] words = plain.Split([' ', '[', ']', ';'], StringSplitOptions.RemoveEmptyEntries);
            int bytes = int.Parse(words[0].TrimStart('_', 'u', 'b', 'e')) / 8;
            int whole = plain == line ? 1 : plain.StartsWith("__u", StringComparison.Ordinal) ? 10 : 4;
            int count = words.Length > 2 ? int.Parse(words[2]) : whole;
            offset = (offset + bytes - 1) / bytes * bytes;
            largest = Math.Max(largest, bytes);
            offsets.Add(words[1].Replace("_", "", StringComparison.Ordinal), offset);
            offset += bytes * count;
        }

        return (offsets, (offset + largest - 1) / largest * largest);
    }

    private static string Plain(string field)
    {
        string name = field.StartsWith('<') ? field[1..field.IndexOf('>', StringComparison.Ordinal)] : field;
        name = name.EndsWith("Be", StringComparison.Ordinal) ? name[..^2] : name;
        return name switch
        {
            "InterfaceIndex" => "ifindex",
            _ => name.ToLowerInvariant(),
        };
    }

    private static string Snake(string name) => string.Concat(name.Select((letter, i) =>
        i > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));

    private static string Body(string definition)
    {
        int start = Header.IndexOf(definition + " {", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the header has no {definition}");
        start = Header.IndexOf('{', start) + 1;
        return Header[start..Header.IndexOf('}', start)];
    }
}
