using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Agent.Configuration;

namespace Hyperplane.Agent.Tests.Configuration;

public sealed class AgentConfigReaderTests
{
    private const string Good = """
        {"cell": "cell-a", "node": "node-a1", "controller": "unix:/run/control.sock", "cellKeyFile": "/etc/cell.key",
         "stateDirectory": "/var/lib/x", "interface": "eth0", "asn": 64601,
         "peers": [{"address": "10.10.1.1", "asn": 64512}]}
        """;

    [Fact]
    public void The_least_configuration_gets_the_defaults()
    {
        (AgentConfig? config, IReadOnlyList<string> errors) = Read(Good);
        Assert.Empty(errors);
        Assert.Equal(("cell-a", "node-a1", "unix:/run/control.sock"), (config!.Cell, config.Node, config.Controller));
        Assert.Equal(("/etc/cell.key", "/var/lib/x", "eth0"),
            (config.CellKeyFile, config.StateDirectory, config.Interface));
        Assert.Equal((64_601U, null, 9, 262_144, 65_537),
            (config.Asn, config.RouterId, config.HoldTimeSeconds, config.FlowCapacity, config.MaglevTableSize));
        Assert.Equal(
            (false, "/run/hyperplane/flow-silo.sock", 0), (config.FlowsInOrleans, config.FlowSocket, config.Queues));
        Assert.Equal((1_000_000, null), (config.ChallengesPerSecond, config.EnrolmentTokenFile));
        Assert.Equal(new FlowLogConfig("/var/lib/x/flow-log", 32, 8), config.FlowLog);
        Assert.Equal("10.10.1.1 64512", $"{config.Peers.Single().Address} {config.Peers.Single().Asn}");
    }

    [Fact]
    public void Everything_can_be_said()
    {
        (AgentConfig? config, _) = Read(Good.Replace(
            "\"asn\": 64601",
            """
            "asn": 4294967294, "routerId": "1.2.3.4", "holdTimeSeconds": 3, "flowCapacity": 1024,
            "maglevTableSize": 251, "queues": 16, "challengesPerSecond": 0, "enrolmentTokenFile": "/etc/token",
            "flowLog": {"directory": "/var/log/flows", "fileMebibytes": 1, "files": 2}
            """,
            StringComparison.Ordinal));
        Assert.Equal(
            (4_294_967_294U, "1.2.3.4", 3, 1_024, 251, 16, 0),
            (config!.Asn, config.RouterId!.ToString(), config.HoldTimeSeconds, config.FlowCapacity,
                config.MaglevTableSize, config.Queues, config.ChallengesPerSecond));
        Assert.Equal("/etc/token", config.EnrolmentTokenFile);
        Assert.Equal(new FlowLogConfig("/var/log/flows", 1, 2), config.FlowLog);
    }

    [Theory]
    [InlineData("\"cell\": \"cell-a\",", "", "cell: is missing")]
    [InlineData("\"cell-a\"", "null", "cell: is missing")]
    [InlineData("\"cell-a\"", "\"\"", "cell: must be a string of 1 to 255 characters")]
    [InlineData("\"cell-a\"", "7", "cell: must be a string of 1 to 255 characters")]
    [InlineData("\"cell\":", "\"zone\": 1, \"cell\":", "zone: is not a known member")]
    [InlineData("\"cell\":", "\"node\": \"x\", \"cell\":", "node: appears twice")]
    [InlineData("unix:/run/control.sock", "control.sock",
        "controller: must be unix:/path/to/socket or https://host:port")]
    [InlineData("unix:/run/control.sock", "unix:control.sock",
        "controller: must be unix:/path/to/socket or https://host:port")]
    [InlineData("unix:/run/control.sock", "https://h:1/path",
        "controller: must be unix:/path/to/socket or https://host:port")]
    [InlineData("unix:/run/control.sock", "http://h:1",
        "controller: must be unix:/path/to/socket or https://host:port")]
    [InlineData("\"asn\": 64601", "\"asn\": 64601, \"enrolmentTokenFile\": \"\"",
        "enrolmentTokenFile: must be a string of 1 to 4096 characters")]
    [InlineData("unix:/run/control.sock", "ftp://h:1", "controller: must be unix:/path/to/socket or https://host:port")]
    [InlineData("\"eth0\"", "\"sixteencharacters\"", "interface: must be a string of 1 to 15 characters")]
    [InlineData("64601", "0", "asn: must be a whole number from 1 to 4294967294")]
    [InlineData("64601", "1.5", "asn: must be a whole number from 1 to 4294967294")]
    [InlineData("64601", "\"64601\"", "asn: must be a whole number from 1 to 4294967294")]
    [InlineData("64512", "4294967295", "peers[0].asn: must be a whole number from 1 to 4294967294")]
    [InlineData("10.10.1.1", "10.10.1", "peers[0].address: must be an IPv4 address")]
    [InlineData("10.10.1.1", "2001:db8::1", "peers[0].address: must be an IPv4 address")]
    [InlineData("\"asn\": 64512", "\"asn\": 64512, \"port\": 1", "peers[0].port: is not a known member")]
    [InlineData("[{\"address\": \"10.10.1.1\", \"asn\": 64512}]", "[]", "peers: must be an array of 1 to 8 objects")]
    [InlineData("[{\"address\": \"10.10.1.1\", \"asn\": 64512}]", "[3]", "peers[0]: must be an object")]
    [InlineData("}]", "}, {\"address\": \"10.10.1.1\", \"asn\": 1}]", "peers: 10.10.1.1 appears twice")]
    [InlineData("64601", "64601, \"holdTimeSeconds\": 2", "holdTimeSeconds: must be 0 or 3 to 65535 (RFC 4271 4.2)")]
    [InlineData("64601", "64601, \"flowCapacity\": 1023", "flowCapacity: must be a whole number from 1024 to 16777216")]
    [InlineData("64601", "64601, \"maglevTableSize\": 65536", "maglevTableSize: must be a prime")]
    [InlineData("64601", "64601, \"queues\": 17", "queues: must be a whole number from 1 to 16")]
    [InlineData("64601", "64601, \"challengesPerSecond\": -1",
        "challengesPerSecond: must be a whole number from 0 to 10000000")]
    [InlineData("64601", "64601, \"flowEngine\": \"raft\"", "flowEngine: must be embedded or orleans")]
    [InlineData("64601", "64601, \"flowSocket\": \"silo\"",
        "flowSocket: must be an absolute path of at most 107 bytes")]
    [InlineData("64601", "64601, \"flowLog\": {\"directory\": \"logs\"}",
        "flowLog.directory: must be an absolute path")]
    [InlineData("64601", "64601, \"flowLog\": {\"files\": 1}", "flowLog.files: must be a whole number from 2 to 1000")]
    [InlineData("64601", "64601, \"flowLog\": {\"megabytes\": 1}", "flowLog.megabytes: is not a known member")]
    [InlineData("64601", "64601, \"routerId\": \"x\"", "routerId: must be an IPv4 address")]
    public void Each_mistake_has_its_message(string part, string spoiled, string message)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);
        (AgentConfig? config, IReadOnlyList<string> errors) =
            Read(Good.Replace(part, spoiled, StringComparison.Ordinal));
        Assert.Null(config);
        Assert.Equal([message], errors);
    }

    [Fact]
    public void Flow_state_may_live_in_silos()
    {
        (AgentConfig? config, _) = Read(WithSilos("cell-a", "/run/silo"));
        Assert.Equal((true, "/run/silo"), (config!.FlowsInOrleans, config.FlowSocket));

        Assert.NotNull(Read(WithSilos(new string('c', 55), "/" + new string('s', 106))).Config);
        (_, IReadOnlyList<string> errors) =
            Read(WithSilos(new string('c', 54) + "é", "/" + new string('s', 105) + "é"));
        Assert.Equal(
            ["flowSocket: must be an absolute path of at most 107 bytes",
                "cell: must be at most 55 bytes with flowEngine orleans"],
            errors);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        (_, IReadOnlyList<string> errors) = Read("""{"cell": 1, "colour": "red", "asn": -1, "peers": [{}]}""");
        Assert.Equal(
            [
                "cell: must be a string of 1 to 255 characters",
                "node: is missing",
                "controller: is missing",
                "cellKeyFile: is missing",
                "stateDirectory: is missing",
                "interface: is missing",
                "asn: must be a whole number from 1 to 4294967294",
                "peers[0].address: is missing",
                "peers[0].asn: is missing",
                "colour: is not a known member",
            ],
            errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"cell\": \"\\ud800\"}")]
    public void What_is_no_json_object_is_an_error(string text)
    {
        (AgentConfig? config, IReadOnlyList<string> errors) = Read(text);
        Assert.Null(config);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public void Any_bytes_give_a_configuration_or_errors_never_an_exception()
    {
        Prop.ForAll<byte[]>(bytes => HasOneAnswer(bytes ?? [])).QuickCheckThrowOnFailure();
        byte[] good = Encoding.UTF8.GetBytes(Good);
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = [.. good];
            for (int i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.True(HasOneAnswer(bytes), $"seed {seed}");
        }
    }

    private static bool HasOneAnswer(byte[] bytes)
    {
        (AgentConfig? config, IReadOnlyList<string> errors) = AgentConfigReader.Read(bytes);
        return config is null == errors.Count > 0;
    }

    private static string WithSilos(string cell, string socket) => Good
        .Replace("cell-a\"", cell + "\"", StringComparison.Ordinal)
        .Replace(
            "64601", $"64601, \"flowEngine\": \"orleans\", \"flowSocket\": \"{socket}\"", StringComparison.Ordinal);

    private static (AgentConfig? Config, IReadOnlyList<string> Errors) Read(string json) =>
        AgentConfigReader.Read(Encoding.UTF8.GetBytes(json));
}
