using System.Text;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>Reasons, ours and theirs.</summary>
public sealed class NotificationTests
{
    [Fact]
    public void A_long_reason_is_cut_between_characters_at_255_bytes()
    {
        BgpError error = NotificationMessage.Shutdown(new string('é', 200));
        Assert.Equal(254, error.Data.Span[0]);
        Assert.Equal(255, error.Data.Length);
        Assert.Equal(new string('é', 127), NotificationMessage.Text(error));
    }

    [Fact]
    public void A_reason_of_255_bytes_stays_whole()
    {
        string reason = new('x', 255);
        Assert.Equal(reason, NotificationMessage.Text(NotificationMessage.Shutdown(reason)));
    }

    [Theory]
    [InlineData("06 02 05 647261696E", "drain")]
    [InlineData("06 04 02 6F6B", "ok")]
    [InlineData("06 02", null)]
    [InlineData("06 02 00", null)]
    [InlineData("06 02 FF 6162", "ab")] // longer told than sent
    [InlineData("06 02 03 610A62", "a b")] // no new line of a log by a peer's will
    [InlineData("06 02 02 FFFE", "\uFFFD\uFFFD")]
    [InlineData("06 03 02 6F6B", null)] // only shutdown and reset carry text
    [InlineData("02 02 02 6F6B", null)]
    public void A_peers_reason_is_read_if_there_is_one(string body, string? text) =>
        Assert.Equal(text, NotificationMessage.Text(NotificationMessage.Read(Wire.Bytes(body))));

    [Theory]
    [InlineData(1, 2, "message header error: bad message length (1/2)")]
    [InlineData(2, 2, "OPEN message error: bad peer AS (2/2)")]
    [InlineData(2, 11, "OPEN message error: role mismatch (2/11)")]
    [InlineData(3, 11, "UPDATE message error: malformed AS_PATH (3/11)")]
    [InlineData(4, 0, "hold timer expired (4/0)")]
    [InlineData(5, 3, "finite state machine error: unexpected message in Established (5/3)")]
    [InlineData(6, 10, "cease: BFD down (6/10)")]
    [InlineData(6, 99, "cease: subcode 99 (6/99)")]
    [InlineData(7, 1, "ROUTE-REFRESH message error: invalid message length (7/1)")]
    [InlineData(8, 0, "send hold timer expired (8/0)")]
    [InlineData(77, 1, "unknown error code 77 (77/1)")]
    public void Codes_have_words(byte code, byte subcode, string words) =>
        Assert.Equal(words, new BgpError((BgpErrorCode)code, subcode).Describe());

    [Fact]
    public void Data_beyond_the_limit_of_a_message_is_cut()
    {
        byte[] message = new byte[BgpHeader.MaxMessageBytes];
        var error = new BgpError(BgpErrorCode.RouteRefreshMessage, 1, Encoding.ASCII.GetBytes(new string('x', 5000)));
        Assert.Equal(BgpHeader.MaxMessageBytes, NotificationMessage.Write(message, error));
    }
}
