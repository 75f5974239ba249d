using Hyperplane.Decap.Commands;

namespace Hyperplane.Decap.Tests.Commands;

/// <summary>Command lines that are refused before anything is touched.</summary>
public sealed class CommandLineTests
{
    private const string Good = "install --interface nosuch0 --tunnel-address 10.0.0.3 --from 10.0.0.0/24";

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("install --interface eth0 --tunnel-address 10.0.0.3", "--from")]
    [InlineData("install --interface eth0 --from 10.0.0.0/24", "--tunnel-address")]
    [InlineData("install --tunnel-address 10.0.0.3 --from 10.0.0.0/24", "--interface")]
    [InlineData(Good + " --from 10.0.0.1/24", "'10.0.0.1/24'")]
    [InlineData(Good + " --from 10.1", "'10.1'")]
    [InlineData(Good + " --from 10.0.0.0/33", "'10.0.0.0/33'")]
    [InlineData(Good + " --vip lo", "'lo'")]
    [InlineData(Good + " --vip fe80::1%eth0", "'fe80::1%eth0'")]
    [InlineData(Good + " --tunnel-address 10.0.0.3/32", "'10.0.0.3/32'")]
    [InlineData(Good + " --gue-port 0", "--gue-port must be a whole number from 1 to 65535, not '0'")]
    [InlineData(Good + " --gue-port 65536", "not '65536'")]
    [InlineData(Good + " --gue-port 4789", "VXLAN")]
    [InlineData(Good + " --vni 16777216", "--vni must be a whole number from 0 to 16777215")]
    [InlineData(Good + " --hook generic", "--hook must be tc or xdp, not 'generic'")]
    [InlineData("remove", "--interface")]
    [InlineData("status --all", "--all")]
    public void A_wrong_one_is_told_and_ends_with_2(string words, string told)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = new Cli(output, error).Run(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((int)ExitCode.Usage, exitCode);
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData(Good)]
    [InlineData(Good + " fd00::/64 --vip 203.0.113.10 2001:db8::/32 --vip 203.0.113.11/32 --gue-port 1")]
    [InlineData(Good + " --vni 0 --hook xdp")]
    [InlineData("remove --interface nosuch0")]
    [InlineData("status --interface nosuch0")]
    public void An_interface_that_is_not_there_ends_with_3(string words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal((int)ExitCode.NoInterface, new Cli(output, error).Run(words.Split(' ')));
        Assert.Contains("no interface nosuch0", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_command()
    {
        using var output = new StringWriter();
        Assert.Equal(0, new Cli(output, output).Run(["--help"]));
        Assert.All(
            new[] { "install", "status", "remove" },
            command => Assert.Contains(command, output.ToString(), StringComparison.Ordinal));
    }
}
