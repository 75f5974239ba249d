using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Packets;

public sealed class ProxyHeaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("192.0.2.7", "198.51.100.10", Signature + "2111000C" + "C0000207" + "C633640A" + "9C40" + "01BB")]
    [InlineData(
        "2001:db8::1", "2001:db8:10::10",
        Signature + "21210024" + "20010DB8000000000000000000000001" + "20010DB8001000000000000000000010"
        + "9C40" + "01BB")]
    public void A_header_is_as_the_specification_has_it(string client, string vip, string octets)
    {
        var key = Frame.Key(client, 40_000, vip, 443);
        var header = new byte[ProxyHeader.BytesOf(key)];
        ProxyHeader.Write(header, key);
        Assert.Equal(octets, Convert.ToHexString(header));
    }
}
