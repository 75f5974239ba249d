using System.Globalization;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>OPEN messages as routers send them, and as they should not.</summary>
public sealed class OpenReaderTests
{
    private const string Fixed = "04 FC00 0009 0A630001";

    [Fact]
    public void One_parameter_with_many_capabilities_and_many_parameters_with_one_each_mean_the_same()
    {
        BgpCapabilities one = Read($"{Fixed} 16 0214 010400010001 010400020001 0200 41040000FC00").Capabilities;
        BgpCapabilities many = Read(
            $"{Fixed} 1C 0206 010400010001 0206 010400020001 0202 0200 0206 41040000FC00").Capabilities;
        Assert.Equal([BgpFamily.Ipv4Unicast, BgpFamily.Ipv6Unicast], one.Families);
        Assert.Equal(one.Families, many.Families);
        Assert.Equal((one.FourOctetAs, one.RouteRefresh), (many.FourOctetAs, many.RouteRefresh));
    }

    [Fact]
    public void Capabilities_without_use_for_us_are_passed_over()
    {
        // extended message, graceful restart, ADD-PATH, role, long-lived graceful restart, FQDN, old refresh, unknown
        OpenMessage open = Read(
            $"{Fixed} 29 0227 0600 40020078 450400010103 090104 4700 4905036E6F6400 8000 C803010203 4600 41040000FC00");
        Assert.Equal(64512u, open.As);
        Assert.True(open.Capabilities.EnhancedRouteRefresh);
        Assert.True(open.Capabilities.Accepts(BgpFamily.Ipv4Unicast));
        Assert.False(open.Capabilities.Accepts(BgpFamily.Ipv6Unicast));
    }

    [Fact]
    public void An_unknown_parameter_is_passed_over() =>
        Assert.Equal(64512u, Read($"{Fixed} 0C 0102AABB 0206 41040000FC00").As);

    [Theory]
    [InlineData("FF")] // as RFC 9072 2 says to send it
    [InlineData("01")] // as it says to accept it
    public void The_extended_form_of_parameters_is_read(string length)
    {
        string unknown = string.Concat(Enumerable.Repeat("C8FA" + new string('0', 500), 2));
        OpenMessage open = Read($"{Fixed} {length} FF 0201 02 01FE {unknown} 41040000FC00");
        Assert.Equal(64512u, open.As);
    }

    [Fact]
    public void A_peer_of_two_octet_numbers_without_capabilities_is_understood()
    {
        OpenMessage open = Read($"{Fixed} 00");
        Assert.Null(open.Capabilities.FourOctetAs);
        Assert.Equal((64512u, (ushort)9, 0x0A630001u), (open.As, open.HoldTimeSeconds, open.Identifier));
    }

    [Theory]
    [InlineData("03 FC00 0009 0A630001 00", 1, "0004")] // version
    [InlineData(Fixed + " 01", 0, "")] // parameters shorter than told
    [InlineData(Fixed + " 00 00", 0, "")] // and longer
    [InlineData(Fixed + " 01 02", 0, "")] // a parameter without length
    [InlineData(Fixed + " 04 0203 0200", 0, "")] // a parameter that ends outside
    [InlineData(Fixed + " 03 0201 41", 0, "")] // a capability without length
    [InlineData(Fixed + " 04 0202 4104", 0, "")] // a capability that ends outside
    [InlineData(Fixed + " 07 0205 41030000FC", 0, "")] // four-octet AS of three octets
    [InlineData(Fixed + " 05 0203 010100", 0, "")] // family of one octet
    [InlineData(Fixed + " FF FF 0005 02 0003 4104", 0, "")] // extended, ends inside
    [InlineData(Fixed + " FF FF 0002 02 00", 0, "")] // extended, no room for the length
    [InlineData(Fixed + " FF FF 0001", 0, "")] // extended, length beyond the end
    public void A_malformed_one_is_told_with_subcode_and_data(string body, int subcode, string data)
    {
        BgpError? error = OpenReader.Read(Wire.Bytes(body), out _);
        Assert.Equal((BgpErrorCode.OpenMessage, subcode), (error!.Code, (int)error.Subcode));
        Assert.Equal(data, Convert.ToHexString(error.Data.Span));
    }

    private static OpenMessage Read(string body)
    {
        byte[] bytes = Wire.Bytes(body);
        BgpError? error = OpenReader.Read(bytes, out OpenMessage? open);
        Assert.True(error is null, string.Create(CultureInfo.InvariantCulture, $"{error} in {bytes.Length} bytes"));
        return open!;
    }
}
