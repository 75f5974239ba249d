using System.Net;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Tests.Targets;

/// <summary>How targets are typed.</summary>
public class TargetRequestedTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", null, null)]
    [InlineData("10.0.0.1:8080", "10.0.0.1", 8080, null)]
    [InlineData("10.0.0.1=5", "10.0.0.1", null, 5)]
    [InlineData("10.0.0.1:65535=0", "10.0.0.1", 65535, 0)]
    [InlineData("10.0.0.1:1=999", "10.0.0.1", 1, 999)]
    [InlineData("2001:db8::1", "2001:db8::1", null, null)]
    [InlineData("2001:db8::1=7", "2001:db8::1", null, 7)]
    [InlineData("[2001:db8::1]:80=7", "2001:db8::1", 80, 7)]
    [InlineData("10.0.0.1:1=999@b", "10.0.0.1", 1, 999, "b")]
    [InlineData("[2001:db8::1]:80@zone-1", "2001:db8::1", 80, null, "zone-1")]
    public void These_are_targets(string text, string address, int? port, int? weight, string? zone = null) =>
        Assert.Equal(new TargetRequested(address, port, weight, zone), TargetRequested.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData(":80")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1=")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.1:+80")]
    [InlineData("10.0.0.1: 80")]
    [InlineData("10.0.0.1:80:90")]
    [InlineData("10.0.0.1=1000")]
    [InlineData("10.0.0.1=-1")]
    [InlineData("10.0.0.1=1=2")]
    [InlineData("10.0.0.1@")]
    [InlineData("10.0.0.1@a@b")]
    [InlineData("10.0.0.1@a=5")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("167772161")]
    [InlineData("host:80")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[10.0.0.1")]
    public void These_are_none(string text) => Assert.Null(TargetRequested.TryParse(text));

    [Fact]
    public void Whatever_is_typed_gives_a_sendable_target_or_none()
    {
        const string Alphabet = "0123456789abf.:=@[]%+- xé";
        for (int seed = 0; seed < 50_000; seed++)
        {
            var random = new Random(seed);
            string text = random.Next(2) == 0 ? "10.0.0.1" : "";
            for (int length = random.Next(12); length > 0; length--)
                text += Alphabet[random.Next(Alphabet.Length)];

            if (TargetRequested.TryParse(text) is not { } target)
                continue;
            Assert.True(IPAddress.TryParse(target.Address, out _), $"seed {seed}: {text}");
            Assert.True(target.Port is null or (>= 1 and <= 65_535), $"seed {seed}: {text}");
            Assert.True(target.Weight is null or (>= 0 and <= 999), $"seed {seed}: {text}");
        }
    }
}
