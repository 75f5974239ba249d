using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>Any bytes end in a verdict; what is written can be read.</summary>
public sealed class PropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Fact]
    public void Any_bytes_end_in_a_verdict_of_each_reader() => Prop.ForAll<byte[]>(static bytes =>
    {
        BgpHeader.Read(bytes, out _, out _, out _);
        UpdateReader.Read([0, 0, 0, 0, .. bytes], true, out _, out _);
        UpdateReader.Read([.. bytes, 0, 0, 0, 0], false, out _, out _);
        ReadOnlySpan<byte> open = [4, .. bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        OpenReader.Read(open, out _);
        BgpError notification = NotificationMessage.Read([.. bytes, 6, 2]);
        NotificationMessage.Text(notification);
        notification.Describe();
        RouteRefreshMessage.Read(Wire.Message(5, [.. bytes, 0, 1, 0, 1]), out _);
    }).Check(Runs);

    [Fact]
    public void Messages_with_some_bytes_changed_end_in_a_verdict()
    {
        byte[][] samples =
        [
            Wire.Open()[19..], Wire.Update[19..],
            Wire.Bytes("0000 0037 900E0026 0002 01 10 20010DB800990000000000000000000B 00 80 "
                + "20010DB8000100000000000000000001 40010100 40020602010000FC59"),
            Wire.Bytes("0000 0034 40010100 40020602010000FC59 4003040A63000B 80040400000032 C00808FC000001FFFF0000"
                + "C011060201FA56EA02 20C0000201"),
        ];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] body = [.. samples[random.Next(samples.Length)]];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            body = body[..random.Next(10, body.Length + 1)];
            Exception? thrown = Record.Exception(() =>
            {
                OpenReader.Read(body, out _);
                UpdateReader.Read(body, random.Next(2) == 0, out _, out _);
            });
            Assert.True(thrown is null, $"seed {seed}: {thrown}");
        }
    }

    [Fact]
    public void What_an_open_says_is_what_was_meant() =>
        Prop.ForAll<uint, ushort, uint>(static (number, holdTime, identifier) =>
        {
            var capabilities = new BgpCapabilities
            {
                Families = [BgpFamily.Ipv4Unicast, BgpFamily.Ipv6Unicast],
                RouteRefresh = number % 2 == 0,
                EnhancedRouteRefresh = number % 3 == 0,
                FourOctetAs = number,
            };
            byte[] message = new byte[BgpHeader.MaxMessageBytes];
            int lengthBytes = new OpenMessage(number, holdTime, identifier, capabilities).Write(message);
            BgpError? error = OpenReader.Read(message.AsSpan(19..lengthBytes), out OpenMessage? read);
            return error is null && read!.As == number && read.HoldTimeSeconds == holdTime
                && read.Identifier == identifier && read.Capabilities.Families.SequenceEqual(capabilities.Families)
                && read.Capabilities with { Families = [] } == capabilities with { Families = [] };
        }).Check(Runs);

    [Fact]
    public void What_an_update_says_is_what_was_meant()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            bool isInternal = random.Next(2) == 0;
            bool fourOctetAs = random.Next(4) > 0;
            var context = new UpdateContext(
                random.Next(2) == 0 ? 64601u : 4_200_000_002u, isInternal, fourOctetAs, IPAddress.Parse("10.99.0.11"));
            BgpRoute route = RandomRoutes.Next(random);
            IPNetwork[] prefixes = [.. RandomRoutes.Prefixes(random, route.Prefix.BaseAddress.AddressFamily)];
            byte[] message = new byte[BgpHeader.MaxMessageBytes];
            int lengthBytes = UpdateWriter.WriteAnnouncement(message, context, route, prefixes, out int takenCount);
            UpdateVerdict verdict = UpdateReader.Read(
                message.AsSpan(19..lengthBytes), fourOctetAs, out ReceivedUpdate read, out _);
            Assert.True(
                verdict == UpdateVerdict.Accepted && takenCount == prefixes.Length
                    && Says(read, context, route, prefixes),
                $"seed {seed}");
        }
    }

    private static bool Says(ReceivedUpdate read, UpdateContext context, BgpRoute route, IPNetwork[] prefixes)
    {
        uint[] path = [.. Enumerable.Repeat(context.LocalAs, context.Internal ? 0 : 1 + route.Prepend)];
        bool hidden = !context.FourOctetAs && context.LocalAs > ushort.MaxValue;
        uint[] shown = hidden ? [.. path.Select(static _ => 23456u)] : path;
        return read.Announced.SequenceEqual(prefixes)
            && read.Origin == 0
            && read.NextHop!.Equals(route.NextHop)
            && read.AsPath.SequenceEqual(shown)
            && read.As4Path.SequenceEqual(hidden ? path : [])
            && read.Med == route.Med
            && read.LocalPref == (context.Internal ? route.LocalPref ?? 100 : null)
            && read.Communities.SequenceEqual(route.Communities);
    }
}
