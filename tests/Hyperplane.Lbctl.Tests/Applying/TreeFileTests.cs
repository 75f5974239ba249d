using System.Text;
using Hyperplane.Lbctl.Applying.Reading;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Applying;

/// <summary>What a file may say, and how it is told what is wrong with it.</summary>
public sealed class TreeFileTests
{
    [Theory]
    [InlineData("a: [", "f:2:1: this is no YAML: ")]
    [InlineData("targetGroups: []\ntargetGroups: []", "f:2:1: 'targetGroups' is there twice")]
    [InlineData("{\"targetGroups\": [],\n \"targetGroups\": []}", "f:2:2: 'targetGroups' is there twice")]
    [InlineData("elasticIps: !!set {}", "f:1:13: tags such as tag:yaml.org,2002:set are not known here; leave it out")]
    [InlineData("elasticIps: *none", "f:1:13: *none names no value that ends before this place")]
    [InlineData("elasticIps: &a [*a]", "f:1:17: *a names no value that ends before this place")]
    [InlineData("&a b: &c\n  d: *c", "f:2:6: *c names no value that ends before this place")]
    [InlineData("? [a]\n: b", "f:1:5: a member's name must be a text")]
    public void A_file_that_cannot_be_read_is_told_where(string text, string expected)
    {
        FileFault fault = Assert.Throws<FileFault>(() => TreeFile.Parse("f", Encoding.UTF8.GetBytes(text)));

        Assert.StartsWith(expected, $"{fault.At}: {fault.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void Json_in_a_file_of_that_name_is_judged_as_json()
    {
        FileFault fault = Assert.Throws<FileFault>(
            () => TreeFile.Parse("tree.json", "{\n  \"elasticIps\": [,]\n}"u8.ToArray()));

        Assert.StartsWith(
            "tree.json:2:18: this is no JSON: ", $"{fault.At}: {fault.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_no_text_is_told_where()
    {
        FileFault fault = Assert.Throws<FileFault>(() => TreeFile.Parse("f", [(byte)'a', (byte)'\n', (byte)'b', 0xff]));

        Assert.Equal("f:2:2: this is no UTF-8", $"{fault.At}: {fault.Message}");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("- ")]
    [InlineData("{a: ")]
    [InlineData("? ")]
    public void Lists_and_maps_in_each_other_have_an_end(string open)
    {
        FileFault fault = Assert.Throws<FileFault>(
            () => TreeFile.Parse("f", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, 100_000)))));

        Assert.Equal("lists and maps may be 32 deep", fault.Message);
    }

    [Fact]
    public void Aliases_that_grow_are_counted_as_what_they_stand_for()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 30; level++)
            bomb.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");

        FileFault fault =
            Assert.Throws<FileFault>(() => TreeFile.Parse("f", Encoding.UTF8.GetBytes(bomb.ToString())));

        Assert.Equal("a file may have 100000 values, those that aliases repeat counted", fault.Message);
    }

    [Fact]
    public void A_file_has_a_largest_size()
    {
        FileFault fault = Assert.Throws<FileFault>(() => TreeFile.Parse("f", new byte[(1024 * 1024) + 1]));

        Assert.Equal("f:1:1: a file may have 1 MiB", $"{fault.At}: {fault.Message}");
    }

    [Fact]
    public void Several_documents_in_either_language_are_one_tree()
    {
        WantedTree yaml =
            Read("# nothing\n---\nelasticIps: [{name: a, zone: z}]\n---\nelasticIps: [{name: b, zone: z}]");
        WantedTree json = Read("""{"elasticIps":[{"name":"a","zone":"z"}]} {"elasticIps":[{"name":"b","zone":"z"}]}""");

        Assert.Equal(["a", "b"], yaml.ElasticIps.Select(one => one.Body.Name));
        Assert.Equal(["a", "b"], json.ElasticIps.Select(one => one.Body.Name));
        Assert.Empty(Read("").ElasticIps);
    }

    [Fact]
    public void Anchors_repeat_a_value_and_numbers_may_be_texts()
    {
        WantedTree tree = Read("""
            targetGroups:
              - &first {name: 1.10, protocol: tcp, port: 80, attributes: {a: true}}
              - {name: two, protocol: TCP, port: 80, healthCheck: &check {protocol: http}}
              - {name: three, protocol: TCP, port: 80, healthCheck: *check}
            """);

        Assert.Equal("1.10", tree.TargetGroups[0].Body.Name);
        Assert.Equal("true", tree.TargetGroups[0].Body.Attributes!["a"]);
        Assert.Equal("TCP", tree.TargetGroups[0].Body.Protocol);
        Assert.Equal("HTTP", tree.TargetGroups[2].Body.HealthCheck!.Protocol);
    }

    [Fact]
    public async Task Everything_wrong_in_a_file_is_told_at_once_with_what_is_allowed()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, """
            loadbalancers: []
            targetGroups:
              - {name: servers, protocol: TCP, port: 80, healthcheck: {}}
              - {name: servers, protocol: SCTP, port: 0}
              - {protocol: TCP, port: "80", targets: [10.0.0, {address: 10.0.0.1, weight: 1000}]}
              - text
            loadBalancers:
              - name: [web]
                zones: a
                tags: {a: , b: {}}
                listeners:
                  - {protocol: TCP, port: 80}
                  - {protocol: TCP, port: 80, targetGroups: {}}
                  - {protocol: TCP, port: 81, targetGroups: [a, a]}
            """);

        ShellOutcome outcome = await new Shell().With("HYPERPLANE_ENDPOINT", "http://127.0.0.1:9")
            .RunWordsAsync("apply", "-f", path);
        File.Delete(path);

        Assert.Equal(2, outcome.ExitCode);
        const string Fields =
            "name, protocol, port, ipAddressType, healthCheck, deregistrationDelaySeconds, attributes, tags, targets";
        Assert.Equal(
            $"""
            error: f:1:1: unknown field 'loadbalancers'; a file may have elasticIps, targetGroups, loadBalancers
              f:3:46: unknown field 'healthcheck'; a target group may have {Fields}
              f:4:5: a target group 'servers' is described twice
              f:4:31: protocol must be TCP, UDP or TCP_UDP, not 'SCTP'
              f:4:43: port must be a whole number from 1 to 65535, not '0'
              f:5:5: a target group must have name
              f:5:27: port must be a whole number from 1 to 65535, not '80'
              f:5:43: '10.0.0' is no target: it must be ADDRESS[:PORT][=WEIGHT][@ZONE] or a map
              f:5:79: weight must be a whole number from 0 to 999, not '1000'
              f:6:5: a target group must be a map, not 'text'; it may have {Fields}
              f:8:11: name must be a text, not a list
              f:9:12: zones must be a list, not 'a'; [] is one of nothing
              f:10:15: tags.a must be a text, not nothing
              f:10:20: tags.b must be a text, not a map
              f:12:9: a listener must have targetGroup, or targetGroups with weights
              f:13:9: listener TCP:80 is there twice
              f:13:49: targetGroups must be a list, not a map; [] is one of nothing
              f:14:53: target group 'a' is there twice
            hint: lbctl apply --help

            """,
            outcome.Error.Replace(path, "f", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_usage_failure()
    {
        ShellOutcome outcome = await new Shell().With("HYPERPLANE_ENDPOINT", "http://127.0.0.1:9")
            .RunAsync("apply -f /nowhere/tree.yaml");

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith("error: '/nowhere/tree.yaml' cannot be read: ", outcome.Error, StringComparison.Ordinal);
    }

    private static WantedTree Read(string text) => TreeReader.Read(TreeFile.Parse("f", Encoding.UTF8.GetBytes(text)));
}
