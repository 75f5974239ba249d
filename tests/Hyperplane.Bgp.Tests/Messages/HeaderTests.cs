using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>Every check of RFC 4271 6.1.</summary>
public sealed class HeaderTests
{
    [Theory]
    [InlineData("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0013 04", 1, "")] // marker, first byte
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F 0013 04", 1, "")] // marker, last bit
    [InlineData("47455420", 1, "")] // another protocol, told before a header is whole
    [InlineData(Wire.Marker + "0012 04", 2, "0012")] // shorter than a header
    [InlineData(Wire.Marker + "0000 01", 2, "0000")]
    [InlineData(Wire.Marker + "1001 02", 2, "1001")] // longer than 4,096
    [InlineData(Wire.Marker + "FFFF 02", 2, "FFFF")]
    [InlineData(Wire.Marker + "001C 01", 2, "001C")] // OPEN below 29
    [InlineData(Wire.Marker + "0016 02", 2, "0016")] // UPDATE below 23
    [InlineData(Wire.Marker + "0014 03", 2, "0014")] // NOTIFICATION below 21
    [InlineData(Wire.Marker + "0014 04", 2, "0014")] // KEEPALIVE other than 19
    [InlineData(Wire.Marker + "0016 05", 2, "0016")] // ROUTE-REFRESH below 23
    [InlineData(Wire.Marker + "0013 00", 3, "00")] // no such type
    [InlineData(Wire.Marker + "0013 06", 3, "06")]
    public void A_wrong_header_is_told_with_subcode_and_data(string stream, int subcode, string data)
    {
        Assert.Equal(FrameVerdict.Bad, BgpHeader.Read(Wire.Bytes(stream), out _, out _, out BgpError? error));
        Assert.Equal(BgpErrorCode.MessageHeader, error!.Code);
        Assert.Equal(subcode, error.Subcode);
        Assert.Equal(data, Convert.ToHexString(error.Data.Span));
    }

    [Fact]
    public void A_message_is_complete_with_its_last_byte_and_not_before()
    {
        byte[] open = Wire.Open();
        for (int count = 0; count < open.Length; count++)
            Assert.Equal(FrameVerdict.NeedMore, BgpHeader.Read(open.AsSpan(0, count), out _, out _, out _));
        byte[] more = [.. open, 0xFF];
        Assert.Equal(FrameVerdict.Complete, BgpHeader.Read(more, out BgpMessageType type, out int lengthBytes, out _));
        Assert.Equal((BgpMessageType.Open, open.Length), (type, lengthBytes));
    }
}
