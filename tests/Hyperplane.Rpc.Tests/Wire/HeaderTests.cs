using FsCheck;
using FsCheck.Fluent;

namespace Hyperplane.Rpc.Tests.Wire;

public sealed class HeaderTests
{
    [Fact]
    public void Any_text_survives_percent_encoding_as_printable_ASCII() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            string encoded = PercentEncoding.Encode(text.Get);
            string clean = new(text.Get.EnumerateRunes().SelectMany(rune => rune.ToString()).ToArray());
            return encoded.All(c => c is >= ' ' and <= '~') && PercentEncoding.Decode(encoded) == clean;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decoding_any_text_throws_nothing() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
            PercentEncoding.Decode("%" + text.Get + "%") is not null
            && PercentEncoding.Decode(text.Get.Replace('a', '%')) is not null).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "")]
    [InlineData("a b~", "a b~")]
    [InlineData("100%", "100%25")]
    [InlineData("\r\n\u007f", "%0D%0A%7F")]
    [InlineData("€", "%E2%82%AC")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Known_texts_have_known_encodings(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("€%20", "€ ")]
    public void What_is_no_escape_stays(string encoded, string text) =>
        Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Theory]
    [InlineData("1n", 1L)]
    [InlineData("100n", 1L)]
    [InlineData("101n", 2L)]
    [InlineData("1u", 10L)]
    [InlineData("1m", 10_000L)]
    [InlineData("1S", 10_000_000L)]
    [InlineData("1M", 600_000_000L)]
    [InlineData("1H", 36_000_000_000L)]
    [InlineData("00000000S", 0L)]
    [InlineData("99999999H", 99_999_999L * 36_000_000_000L)]
    public void A_timeout_is_a_number_and_a_unit(string text, long ticks)
    {
        Assert.True(TimeoutHeader.TryParse(text, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData(" 1S")]
    [InlineData("+1S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("٣S")]
    public void What_is_no_timeout_is_refused(string text) => Assert.False(TimeoutHeader.TryParse(text, out _));

    [Fact]
    public void A_timeout_is_sent_as_at_least_what_it_was_and_at_most_a_little_more()
    {
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var timeout = new TimeSpan(random.NextInt64(1L << random.Next(1, 62)));
            string text = TimeoutHeader.Format(timeout);
            Assert.True(TimeoutHeader.TryParse(text, out TimeSpan parsed), text);
            Assert.True(parsed >= timeout && parsed.Ticks <= timeout.Ticks * 1.00001 + 10, $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void Bytes_survive_as_metadata() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var metadata = new Metadata();
            string encoded = MetadataCodec.Encode(new Metadata.Entry("a-bin", bytes));
            MetadataCodec.AddReceived(metadata, "A-Bin", encoded);
            MetadataCodec.AddReceived(metadata, "a-bin", Convert.ToBase64String(bytes)); // padded
            return metadata.Count == 2 && metadata.GetAll("a-bin").All(entry => entry.ValueBytes.SequenceEqual(bytes));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_field_is_taken_or_left_out() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<string?>(), (name, value) =>
        {
            var metadata = new Metadata();
            MetadataCodec.AddReceived(metadata, name.Get, value);
            MetadataCodec.AddReceived(metadata, name.Get + "-bin", value);
            return metadata.Count >= 0;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("Content-Type")]
    [InlineData(":path")]
    [InlineData("te")]
    public void Fields_of_the_protocol_are_no_metadata(string name)
    {
        var metadata = new Metadata();
        MetadataCodec.AddReceived(metadata, name, "x");
        Assert.Equal(0, metadata.Count);
    }

    [Fact]
    public void Several_values_in_one_binary_field_are_several_entries()
    {
        var metadata = new Metadata();
        MetadataCodec.AddReceived(metadata, "a-bin", "AQ, Ag==,!,Aw");
        Assert.Equal([1, 2, 3], metadata.Select(entry => entry.ValueBytes.Single()));
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("a b", "x")]
    [InlineData("ü", "x")]
    [InlineData("a", "ü")]
    [InlineData("a", "x\ny")]
    [InlineData("a-bin", "x")]
    public void Metadata_that_could_not_travel_is_refused(string key, string value) =>
        Assert.ThrowsAny<ArgumentException>(() => new Metadata { { key, value } });

    [Fact]
    public void Metadata_finds_names_in_any_case_and_the_last_of_several()
    {
        var metadata = new Metadata { { "X-A", "1" }, { "x-a", "2" }, { "x-b-bin", new byte[] { 3 } } };
        Assert.Equal("2", metadata.GetValue("X-a"));
        Assert.Equal(2, metadata.GetAll("x-a").Count());
        Assert.Equal(new byte[] { 3 }, metadata.GetValueBytes("x-b-bin"));
        Assert.Null(metadata.Get("x-c"));
        Assert.Throws<InvalidOperationException>(() => metadata.GetValue("x-b-bin"));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
        Assert.DoesNotContain("2", metadata[1].ToString(), StringComparison.Ordinal);
    }
}
