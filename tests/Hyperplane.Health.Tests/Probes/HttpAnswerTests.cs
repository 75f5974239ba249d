using System.Text;

namespace Hyperplane.Health.Tests.Probes;

public sealed class HttpAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200)]
    [InlineData("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\nbody", 404)]
    [InlineData("HTTP/1.1 204\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 200 \r\n\r\n", 200)]
    [InlineData("HTTP/1.1 200 OK\n\n", 200)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 503 No\r\n\r\n", 503)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", 101)]
    public void A_whole_answer_gives_its_code_and_every_part_of_it_waits(string text, int expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(HttpAnswerVerdict.Complete, HttpAnswer.TryReadStatus(bytes, out int code));
        Assert.Equal(expected, code);
        int headersEnd = text.Replace("body", "", StringComparison.Ordinal).Length;
        for (int length = 0; length < headersEnd; length++)
            Assert.Equal(HttpAnswerVerdict.Incomplete, HttpAnswer.TryReadStatus(bytes.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("h")]
    [InlineData("HTTP/2 200")]
    [InlineData("HTTP/1.1  200")]
    [InlineData("HTTP/1.1 2000")]
    [InlineData("HTTP/1.1 020")]
    [InlineData("HTTP/1.1 2x0")]
    [InlineData("HTTP/1.1200")]
    [InlineData("SSH-2.0-OpenSSH")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nSSH")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    public void What_is_no_HTTP_is_known_early(string text) =>
        Assert.Equal(
            HttpAnswerVerdict.Garbage, HttpAnswer.TryReadStatus(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Headers_without_end_are_judged_by_their_status_line()
    {
        byte[] long200 = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nA: " + new string('b', HttpAnswer.MaxBytes));
        Assert.Equal(HttpAnswerVerdict.Complete, HttpAnswer.TryReadStatus(long200, out int code));
        Assert.Equal(200, code);
        byte[] long100 = Encoding.ASCII.GetBytes("HTTP/1.1 100 OK\r\nA: " + new string('b', HttpAnswer.MaxBytes));
        Assert.Equal(HttpAnswerVerdict.Garbage, HttpAnswer.TryReadStatus(long100, out _));
    }

    [Fact]
    public void Any_bytes_give_a_verdict_and_a_code_of_three_digits()
    {
        byte[] pieces = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n100");
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            int copied = random.Next(0, Math.Min(pieces.Length, bytes.Length) + 1);
            pieces.AsSpan(0, copied).CopyTo(bytes);
            HttpAnswerVerdict verdict = HttpAnswer.TryReadStatus(bytes, out int code);
            Assert.True(verdict != HttpAnswerVerdict.Complete || code is >= 100 and <= 999, $"seed {seed}");
        }
    }
}
