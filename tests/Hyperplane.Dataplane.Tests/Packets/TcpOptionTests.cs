using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Packets;

public sealed class TcpOptionTests
{
    [Theory]
    [InlineData("0101050A0000000100000002", "050A0000000100000002")]
    [InlineData("050A0000000100000002", "050A0000000100000002")]
    [InlineData("FD04AABB" + "0502" + "0100", "0502")]
    [InlineData("", "")]
    [InlineData("05", "")]
    [InlineData("0500", "")]
    [InlineData("0501", "")]
    [InlineData("050A00000001", "")]
    [InlineData("0800" + "050200", "")]
    [InlineData("00" + "0502", "")]
    [InlineData("0101010101", "")]
    [InlineData("0303" + "07" + "0502", "0502")]
    public void The_first_whole_option_of_a_kind_is_found_and_nothing_behind_one_that_is_wrong(
        string options, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(TcpOption.Find(Convert.FromHexString(options), TcpOption.Sack)));

    [Fact]
    public void Any_octets_are_no_options_or_options_inside_them()
    {
        var random = new Random(3);
        int found = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var options = new byte[random.Next(41)];
            random.NextBytes(options);
            for (int at = 0; at < options.Length; at++)
                options[at] = (byte)(random.Next(3) == 0 ? options[at] : options[at] % 12);
            Span<byte> option = TcpOption.Find(options, TcpOption.Sack);
            found += option.IsEmpty ? 0 : 1;
            Assert.True(option.IsEmpty || (option[0] == TcpOption.Sack && option[1] == option.Length));
        }
        Assert.InRange(found, 1_000, 99_000);
    }
}
