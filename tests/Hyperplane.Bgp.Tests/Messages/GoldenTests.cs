using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>The bytes of every message, worked out from the RFCs by hand.</summary>
public sealed class GoldenTests
{
    private const string Ipv6NextHop = "20010DB800990000000000000000000B";
    private const string Ipv6Address = "20010DB8000100000000000000000001";

    private static readonly UpdateContext External = new(64601, false, true, IPAddress.Parse("10.99.0.11"));
    private static readonly UpdateContext Internal = External with { Internal = true };
    private static readonly BgpRoute Vip = new(IPNetwork.Parse("192.0.2.1/32"));
    private static readonly BgpRoute Vip6 =
        new(IPNetwork.Parse("2001:db8:1::1/128"), IPAddress.Parse("2001:db8:99::b"));

    [Fact]
    public void Keepalive() => Matches("0013 04", KeepaliveMessage.Write);

    [Fact]
    public void Open_with_all_we_offer() => Matches(
        "0033 01 04 FC59 0009 0A63000B 16 02 14 010400010001 010400020001 0200 41040000FC59",
        Open(64601).Write);

    [Fact]
    public void Open_of_a_four_octet_AS_says_AS_TRANS_in_the_old_field() => Matches(
        "0033 01 04 5BA0 0009 0A63000B 16 02 14 010400010001 010400020001 0200 4104FA56EA02",
        Open(4_200_000_002).Write);

    [Fact]
    public void Open_without_capabilities_has_no_parameter() => Matches(
        "001D 01 04 FC59 005A 0A63000B 00",
        new OpenMessage(64601, 90, 0x0A63000B, new BgpCapabilities()).Write);

    [Fact]
    public void Notification_with_data() => Matches(
        "0017 03 02 01 0004",
        static d => NotificationMessage.Write(d, new BgpError(BgpErrorCode.OpenMessage, 1, new byte[] { 0, 4 })));

    [Fact]
    public void Cease_with_a_reason() => Matches(
        "001B 03 06 02 05 647261696E",
        static d => NotificationMessage.Write(d, NotificationMessage.Shutdown("drain")));

    [Fact]
    public void Cease_without_a_reason() => Matches(
        "0015 03 06 02", static d => NotificationMessage.Write(d, NotificationMessage.Shutdown("")));

    [Fact]
    public void Route_refresh() =>
        Matches("0017 05 0001 00 01", new RouteRefreshMessage(BgpFamily.Ipv4Unicast, 0).Write);

    [Fact]
    public void Update_to_another_AS() => Announces(
        "0030 02 0000 0014 40010100 40020602010000FC59 4003040A63000B 20C0000201", External, Vip);

    [Fact]
    public void Update_inside_our_AS_has_an_empty_path_and_a_local_preference() => Announces(
        "0031 02 0000 0015 40010100 400200 4003040A63000B 40050400000064 20C0000201", Internal, Vip);

    [Fact]
    public void Update_inside_our_AS_with_a_chosen_preference() => Announces(
        "0031 02 0000 0015 40010100 400200 4003040A63000B 400504000000C8 20C0000201",
        Internal,
        Vip with { LocalPref = 200 });

    [Fact]
    public void Local_preference_never_leaves_our_AS() => Announces(
        "0030 02 0000 0014 40010100 40020602010000FC59 4003040A63000B 20C0000201",
        External,
        Vip with { LocalPref = 200 });

    [Fact]
    public void Update_with_metric_graceful_shutdown_and_chosen_next_hop() => Announces(
        "003E 02 0000 0022 40010100 40020602010000FC59 4003040A63000C 80040400000032 C00804FFFF0000 20C0000201",
        External,
        new BgpRoute(Vip.Prefix, IPAddress.Parse("10.99.0.12"))
        {
            Med = 50,
            Communities = [BgpCommunity.GracefulShutdown],
        });

    [Fact]
    public void Communities_are_sorted_and_each_is_sent_once() => Announces(
        "003B 02 0000 001F 40010100 40020602010000FC59 4003040A63000B C00808FC000001FFFF0000 20C0000201",
        External,
        Vip with { Communities = [BgpCommunity.GracefulShutdown, new(64512, 1), BgpCommunity.GracefulShutdown] });

    [Fact]
    public void Update_with_prepended_path() => Announces(
        "0038 02 0000 001C 40010100 40020E02030000FC590000FC590000FC59 4003040A63000B 20C0000201",
        External,
        Vip with { Prepend = 2 });

    [Fact]
    public void Update_to_a_speaker_of_two_octet_numbers_carries_the_true_path_apart() => Announces(
        "0037 02 0000 001B 40010100 40020402015BA0 4003040A63000B C011060201FA56EA02 20C0000201",
        External with { FourOctetAs = false, LocalAs = 4_200_000_002 },
        Vip);

    [Fact]
    public void Update_to_a_speaker_of_two_octet_numbers_from_a_short_AS() => Announces(
        "002E 02 0000 0012 40010100 4002040201FC59 4003040A63000B 20C0000201",
        External with { FourOctetAs = false },
        Vip);

    [Fact]
    public void Update_for_ipv6_begins_with_the_prefixes() => Announces(
        $"004E 02 0000 0037 900E0026 0002 01 10 {Ipv6NextHop} 00 80 {Ipv6Address} 40010100 40020602010000FC59",
        External,
        Vip6);

    [Fact]
    public void Withdrawal_of_two_ipv4_prefixes() => Matches(
        "0021 02 000A 20C0000201 1AC6120000 0000",
        static d => UpdateWriter.WriteWithdrawal(
            d, BgpFamily.Ipv4Unicast, [Vip.Prefix, IPNetwork.Parse("198.18.0.0/26")], out _));

    [Fact]
    public void Withdrawal_of_an_ipv6_prefix() => Matches(
        $"002F 02 0000 0018 900F0014 0002 01 80 {Ipv6Address}",
        static d => UpdateWriter.WriteWithdrawal(d, BgpFamily.Ipv6Unicast, [Vip6.Prefix], out _));

    [Fact]
    public void End_of_rib_of_ipv4() =>
        Matches("0017 02 0000 0000", static d => UpdateWriter.WriteEndOfRib(d, BgpFamily.Ipv4Unicast));

    [Fact]
    public void End_of_rib_of_ipv6() => Matches(
        "001E 02 0000 0007 900F0003 0002 01", static d => UpdateWriter.WriteEndOfRib(d, BgpFamily.Ipv6Unicast));

    [Fact]
    public void The_signature_option_for_an_ipv4_router_has_the_layout_of_the_kernel()
    {
        byte[] option = TcpMd5.Option(IPAddress.Parse("10.99.0.1"), "s3cret");
        Assert.Equal(216, option.Length);
        Assert.Equal("020000000A630001", Convert.ToHexString(option, 0, 8));
        Assert.Equal("000006000000000073336372657400", Convert.ToHexString(option, 128, 15));
        Assert.All(option[8..128], static b => Assert.Equal(0, b));
    }

    [Fact]
    public void The_signature_option_for_an_ipv6_router_names_the_family_as_linux_does()
    {
        byte[] option = TcpMd5.Option(IPAddress.Parse("2001:db8:99::1"), "s3cret");
        Assert.Equal("0A00000000000000" + "20010DB8009900000000000000000001", Convert.ToHexString(option, 0, 24));
    }

    private static OpenMessage Open(uint number) => new(number, 9, 0x0A63000B, new BgpCapabilities
    {
        Families = [BgpFamily.Ipv4Unicast, BgpFamily.Ipv6Unicast],
        RouteRefresh = true,
        FourOctetAs = number,
    });

    private static void Announces(string expected, object context, BgpRoute route) => Matches(
        expected, d => UpdateWriter.WriteAnnouncement(d, (UpdateContext)context, route, [route.Prefix], out _));

    private static void Matches(string expected, Writer write)
    {
        byte[] destination = new byte[BgpHeader.MaxMessageBytes];
        destination.AsSpan().Fill(0xA5); // what was in the buffer before must not shine through
        int lengthBytes = write(destination);
        string digits = (Wire.Marker + expected).Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(digits, Convert.ToHexString(destination, 0, lengthBytes));
    }

    private delegate int Writer(Span<byte> destination);
}
