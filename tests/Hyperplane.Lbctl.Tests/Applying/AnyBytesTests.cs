using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Wanted;

namespace Hyperplane.Lbctl.Tests.Applying;

/// <summary>Any bytes are a tree, or a clear error with a place.</summary>
public sealed class AnyBytesTests
{
    private const string Good = """
        elasticIps: [{name: front, zone: a, tags: &t {team: shop}}]
        targetGroups:
          - {name: servers, protocol: TCP, port: 80, tags: *t, targets: [10.0.0.1, {address: fd00::1, port: 7}]}
        ---
        loadBalancers:
          - name: web
            zones: [{zone: a, elasticIp: front}, b]
            listeners: [{protocol: TCP, port: 80, targetGroups: [{name: servers, weight: 1}]}]
        """;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "- ", "? ", "&a ", "*a", "!!str ", "!", "|\n", ">-\n", "'", "\"", "\\u",
        "%YAML 1.2", "---\n", "...\n", "#", "\t", "  ", "\n", "name", "elasticIps", "targetGroups", "loadBalancers",
        "null", "~",
        "80", "-1", "1e9", "<<", "\u0085", "\u2028", "\ufeff", "\0", "@", "`", "é", "𝄞",
    ];

    [Fact]
    public void Bytes_that_are_anything() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll<byte[]>(static bytes => Ends(bytes)));

    [Fact]
    public void Texts_of_the_signs_of_yaml_and_json()
    {
        var words = ArbMap.Default.ArbFor<int[]>().Filter(static picks => picks.Length < 200);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3_000),
            Prop.ForAll(words, static picks => Ends(Encoding.UTF8.GetBytes(string.Concat(picks.Select(
                static pick => Pieces[(int)((uint)pick % (uint)Pieces.Length)]))))));
    }

    [Fact]
    public void A_good_file_with_a_byte_that_is_another()
    {
        byte[] good = Encoding.UTF8.GetBytes(Good);
        Assert.NotNull(TreeReader.Read(TreeFile.Parse("f", good)));
        for (int index = 0; index < good.Length; index++)
        {
            foreach (byte other in (byte[])[0, (byte)'{', (byte)'*', (byte)':', (byte)'"', (byte)'\n', 0xff])
            {
                byte[] bytes = [.. good];
                bytes[index] = other;
                Ends(bytes);
            }

            Ends(good[..index]);
        }
    }

    private static void Ends(byte[] bytes)
    {
        try
        {
            WantedTree tree = TreeReader.Read(TreeFile.Parse("f", bytes));
            Assert.NotNull(tree.ElasticIps);
        }
        catch (FileFault fault)
        {
            Assert.True(fault.At is { File: "f", Line: >= 1, Column: >= 1 }, fault.At.ToString());
            Assert.NotEmpty(fault.Message);
        }
        catch (CommandFailure failure)
        {
            Assert.Equal(ExitCode.Usage, failure.ExitCode);
            Assert.StartsWith("f:", failure.Message, StringComparison.Ordinal);
        }
    }
}
