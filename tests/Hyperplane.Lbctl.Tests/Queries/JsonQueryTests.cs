using System.Text.Json;
using Hyperplane.Lbctl.Queries;

namespace Hyperplane.Lbctl.Tests.Queries;

/// <summary>What a query selects and how a wrong one is told.</summary>
public class JsonQueryTests
{
    private const string Answer = """
        {"items":[
          {"name":"web","status":{"state":"active"},"zones":[{"zone":"a","address":"198.18.0.1"},{"zone":"b"}],
           "tags":{"a.b":"x"},"n":18446744073709551615},
          {"name":"api","status":{"state":"failed"},"zones":[{"zone":"c"}]}],"next":null}
        """;

    [Theory]
    [InlineData("items[].name", """["web","api"]""")]
    [InlineData("items[*].name", """["web","api"]""")]
    [InlineData(" items [ 0 ] . name ", "\"web\"")]
    [InlineData("items[-1].name", "\"api\"")]
    [InlineData("items[2].name", "null")]
    [InlineData("items[0].status.state", "\"active\"")]
    [InlineData("items[0].tags.\"a.b\"", "\"x\"")]
    [InlineData("items[0].n", "18446744073709551615")]
    [InlineData("items[*].zones[*].zone", """[["a","b"],["c"]]""")]
    [InlineData("items[].zones[].zone", """["a","b","c"]""")]
    [InlineData("items[*].zones[].zone", """["a","b","c"]""")]
    [InlineData("items[].zones[].address", """["198.18.0.1"]""")]
    [InlineData("items[?status.state=='failed'].name", """["api"]""")]
    [InlineData("items[?status.state != 'failed'].name", """["web"]""")]
    [InlineData("items[?n==`null`].name", """["api"]""")]
    [InlineData("items[?n==null].name", """["api"]""")]
    [InlineData("items[].[name, status.state]", """[["web","active"],["api","failed"]]""")]
    [InlineData("items.name", "null")]
    [InlineData("next[].name", "null")]
    [InlineData("@.items[0].name", "\"web\"")]
    public void It_selects_what_JMESPath_selects(string query, string expected)
    {
        using JsonDocument answer = JsonDocument.Parse(Answer);

        JsonElement selected = JsonQuery.Parse(query).Select(answer.RootElement);

        Assert.Equal(expected, selected.GetRawText());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("items[", 6)]
    [InlineData("items[].", 8)]
    [InlineData("items[0", 7)]
    [InlineData("items[9999999999]", 6)]
    [InlineData("items name", 6)]
    [InlineData("items[?name]", 11)]
    [InlineData("items[?name=='a]", 13)]
    [InlineData("items[?name==oops]", 13)]
    [InlineData("a.\"b", 2)]
    [InlineData("a.[0]", 2)]
    [InlineData("length(items)", 6)]
    public void A_wrong_one_is_told_with_its_position(string query, int position)
    {
        var wrong = Assert.Throws<QuerySyntaxException>(() => JsonQuery.Parse(query));

        Assert.Equal(position, wrong.Position);
    }

    [Fact]
    public void Any_text_is_a_query_or_refused()
    {
        var chance = new Random(7);
        const string Letters = "ab.[]*?='`\"\\@-0 ,!";
        using JsonDocument answer = JsonDocument.Parse("""{"a":[{"b":[[1]]}],"b":{"a":"-0"}}""");
        for (int round = 0; round < 20_000; round++)
        {
            string text = new(
                [.. Enumerable.Range(0, chance.Next(14)).Select(_ => Letters[chance.Next(Letters.Length)])]);
            try
            {
                JsonQuery.Parse(text).Select(answer.RootElement);
            }
            catch (QuerySyntaxException wrong)
            {
                Assert.InRange(wrong.Position, 0, text.Length);
            }
        }
    }

    [Fact]
    public void Depth_has_a_limit() => Assert.Throws<QuerySyntaxException>(
        () => JsonQuery.Parse(new string('[', 100) + "a" + new string(']', 100)));
}
