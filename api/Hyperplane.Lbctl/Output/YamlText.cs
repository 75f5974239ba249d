using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hyperplane.Lbctl.Output;

/// <summary>Writes JSON content as YAML that every YAML 1.1 and 1.2 reader understands alike.</summary>
/// <remarks>A string is quoted unless it can be nothing else than a string; numbers keep the API's digits.</remarks>
internal static class YamlText
{
    private static readonly EmitterSettings Layout = new EmitterSettings()
        .WithNewLine("\n")
        .WithBestWidth(int.MaxValue)
        .WithIndentedSequences();

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    };

    /// <summary>The element as one document, without markers.</summary>
    public static string Of(JsonElement element)
    {
        using var text = new StringWriter();
        var emitter = new Emitter(text, Layout);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Write(emitter, element);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return string.Join('\n', text.ToString().TrimEnd('\n').Split('\n').Select(TerminalText.HarmlessYaml));
    }

    private static void Write(Emitter emitter, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart());
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    emitter.Emit(OfString(member.Name));
                    Write(emitter, member.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(default, default, isImplicit: true, SequenceStyle.Any));
                foreach (JsonElement item in element.EnumerateArray())
                    Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                emitter.Emit(OfString(element.GetString()!));
                break;
            default:
                emitter.Emit(new Scalar(element.GetRawText())); // a number, true, false or null
                break;
        }
    }

    private static Scalar OfString(string text) => new(
        default,
        default,
        text,
        IsPlainlyAString(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted,
        isPlainImplicit: true,
        isQuotedImplicit: true);

    private static bool IsPlainlyAString(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
        && !Reserved.Contains(text);
}
