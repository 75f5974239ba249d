using System.Reflection;
using System.Runtime.InteropServices;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>Reads <c>bpf/decap.h</c> and compares it with the types of user space.</summary>
public sealed class SharedLayoutTests
{
    private static readonly string Header = File.ReadAllText(Path.Combine(Root, "dataplane/bpf/decap.h"));

    /// <summary>The checkout that these tests were built from.</summary>
    internal static string Root => FindRoot();

    public static TheoryData<string, Type, string> Types => new()
    {
        { "decap_config", typeof(DecapConfig), "vni:0 gue_port:4 checks_vni:6 checks_vip:7 =8" },
        { "decap_address", typeof(DecapAddress), "version:0 octets:4 =20" },
        { "decap_prefix", typeof(DecapPrefix), "bits:0 address:4 =24" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Both_sides_lay_a_type_out_alike(string structure, Type type, string layout)
    {
        const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public;
        IEnumerable<string> ours = type.GetFields(Fields)
            .Select(field => $"{Snake(field.Name)}:{Marshal.OffsetOf(type, field.Name)}");
        Assert.Equal(layout, $"{string.Join(' ', ours)} ={Marshal.SizeOf(type)}");
        string bytes = layout[(layout.IndexOf('=', StringComparison.Ordinal) + 1)..];
        Assert.Contains($"_Static_assert(sizeof(struct {structure}) == {bytes},", Header, StringComparison.Ordinal);
        IEnumerable<string> members = Body($"struct {structure}")
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.EndsWith(';'))
            .Select(line => line.TrimEnd(';').Split(' ')[^1].Split('[')[0]);
        Assert.Equal(type.GetFields(Fields).Select(field => Snake(field.Name)), members);
    }

    [Fact]
    public void Both_sides_count_with_the_same_names_and_numbers()
    {
        IEnumerable<string> names = Body("enum decap_counter")
            .Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.EndsWith(','))
            .Select(line => line.TrimEnd(','));
        IEnumerable<string> ours = Enum.GetNames<DecapCounter>()
            .Select(name => $"DECAP_{Snake(name).ToUpperInvariant()}");
        Assert.Equal([.. ours, "DECAP_COUNTERS"], names);
    }

    private static string Snake(string name) => string.Concat(name.Select((letter, index) =>
        char.IsUpper(letter) && index > 0
            ? $"_{char.ToLowerInvariant(letter)}"
            : char.ToLowerInvariant(letter).ToString()));

    private static string Body(string definition)
    {
        int start = Header.IndexOf(definition + " {", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the header has no {definition}");
        start = Header.IndexOf('{', start) + 1;
        return Header[start..Header.IndexOf('}', start)];
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hyperplane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no Hyperplane.sln above the tests");
    }
}
