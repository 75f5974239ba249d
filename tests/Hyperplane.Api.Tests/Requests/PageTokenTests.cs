using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Requests;

public sealed class PageTokenTests
{
    [Theory]
    [InlineData(0, "", "", "p0")]
    [InlineData(255, "09af", "", "pff.09af")]
    [InlineData(long.MaxValue, "09af", "We-b1", "p7fffffffffffffff.09af.We-b1")]
    [InlineData(1, "", "web", "p1..web")]
    public void What_is_written_is_read(long serial, string mark, string name, string text)
    {
        var token = new PageToken(serial, mark, name);
        Assert.Equal(text, token.ToString());
        Assert.True(PageToken.TryParse(text, out PageToken read));
        Assert.Equal(token, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("q1")]
    [InlineData("p-1")]
    [InlineData("p 1")]
    [InlineData("p8000000000000000")]
    [InlineData("p00000000000000001")]
    [InlineData("p1.a.b.c")]
    [InlineData("p1.ä")]
    [InlineData("p1.a.b%")]
    public void What_was_not_written_here_is_not_read(string? text) => Assert.False(PageToken.TryParse(text, out _));

    [Fact]
    public void A_token_that_is_too_long_is_not_read() =>
        Assert.False(PageToken.TryParse("p1.a." + new string('n', 200), out _));
}
