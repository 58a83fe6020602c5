// What is told about a name, in Markdown.
#pragma once

#include <string>

#include "vm/language_server/navigation.h"

namespace som::lsp {

// `span` is that of the name; `text` is empty where there is nothing to tell.
struct Hover {
  Span span;
  std::string text;
};

Hover HoverAt(Workspace& workspace, const File& file, uint32_t offset);
// A method's class, pattern and comment.
std::string DescribeMethod(const MethodReference& method);
// A comment of the source as Markdown text: without the indentation of its lines.
std::string CommentText(std::string_view comment);

}  // namespace som::lsp
